//! Marks: elements as they are described, before they are built.

use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::node_ref::NodeRefContainer;
use std::borrow::Cow;
use wasm_bindgen::JsCast;

use super::Piece;
use super::source::{IntoSource, Source};

/// Attributes that never change: names and words.
pub type Fixed = &'static [(&'static str, &'static str)];

/// What a value is of its element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An attribute.
    Attribute,
    /// A class that it has or has not.
    Class,
    /// A property of its style.
    Style,
    /// A property of the object in the document.
    Property,
}

/// What happens at an event.
pub type Heard = Box<dyn FnMut(web_sys::Event)>;

/// Who wants to know the element that stands.
pub type Known = Box<dyn FnOnce(&web_sys::Element)>;

/// An element as it is described.
pub struct Mark(pub(super) Box<Description>);

/// What is in a mark.
pub(super) struct Description {
    pub(super) tag: &'static str,
    pub(super) fixed: Fixed,
    pub(super) values: Vec<(Kind, &'static str, Source)>,
    pub(super) listeners: Vec<(Cow<'static, str>, Heard)>,
    pub(super) nodes: Vec<Known>,
    pub(super) children: Vec<Piece>,
}

impl Mark {
    /// An element without anything in it.
    #[must_use]
    #[inline(never)]
    pub fn new(tag: &'static str, fixed: Fixed) -> Self {
        Self(Box::new(Description {
            tag,
            fixed,
            values: Vec::new(),
            listeners: Vec::new(),
            nodes: Vec::new(),
            children: Vec::new(),
        }))
    }

    #[inline(never)]
    fn value(mut self, kind: Kind, name: &'static str, source: Source) -> Self {
        self.0.values.push((kind, name, source));
        self
    }

    /// With an attribute.
    #[must_use]
    pub fn attribute(self, name: &'static str, source: impl IntoSource) -> Self {
        self.value(Kind::Attribute, name, source.into_source())
    }

    /// With a class, when the source says yes.
    #[must_use]
    pub fn class(self, name: &'static str, source: impl IntoSource) -> Self {
        self.value(Kind::Class, name, source.into_source())
    }

    /// With a property of its style.
    #[must_use]
    pub fn style(self, name: &'static str, source: impl IntoSource) -> Self {
        self.value(Kind::Style, name, source.into_source())
    }

    /// With a property of the object in the document.
    #[must_use]
    pub fn property(self, name: &'static str, source: impl IntoSource) -> Self {
        self.value(Kind::Property, name, source.into_source())
    }

    /// With something that happens at an event.
    #[must_use]
    pub fn on<E>(self, event: E, mut heard: impl FnMut(E::EventType) + 'static) -> Self
    where
        E: EventDescriptor,
        E::EventType: JsCast,
    {
        self.listen(event.name(), Box::new(move |event| heard(event.unchecked_into())))
    }

    #[inline(never)]
    fn listen(mut self, name: Cow<'static, str>, heard: Heard) -> Self {
        self.0.listeners.push((name, heard));
        self
    }

    /// Known to a reference as soon as it is built.
    #[must_use]
    pub fn node<E>(mut self, node: NodeRef<E>) -> Self
    where
        E: ElementType + 'static,
        E::Output: JsCast + 'static,
    {
        self.0.nodes.push(Box::new(move |element| NodeRefContainer::<E>::load(node, element)));
        self
    }

    /// With another piece in it.
    #[must_use]
    #[inline(never)]
    pub fn child(mut self, piece: Piece) -> Self {
        self.0.children.push(piece);
        self
    }

    /// With words in it.
    #[must_use]
    #[inline(never)]
    pub fn words(self, words: &'static str) -> Self {
        self.child(Piece::from(words))
    }

    /// As a piece.
    #[must_use]
    pub fn done(self) -> Piece {
        Piece::Mark(self)
    }
}
