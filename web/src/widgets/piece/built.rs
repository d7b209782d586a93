//! Pieces that stand in the document, and how they are brought up to date.

use leptos::prelude::*;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

use super::Piece;
use super::mark::{Description, Fixed, Kind};
use super::rows::{BuiltRows, Refresh};
use super::source::{Source, Word};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A piece that stands.
pub(super) enum Built {
    Nothing(web_sys::Comment),
    Words(web_sys::Text, Cow<'static, str>),
    Mark(Box<BuiltMark>),
    Many(Vec<Self>, web_sys::Comment),
    Live(Rc<RefCell<Option<Self>>>, Option<RenderEffect<()>>),
    Rows(
        Rc<RefCell<BuiltRows>>,
        #[expect(dead_code, reason = "it works while it lives")] RenderEffect<()>,
    ),
}

/// What stood inside goes at once. The task of an effect keeps what its closure holds until it is polled
/// again, and by then what a child reads may be gone with the row that owned it.
impl Drop for Built {
    fn drop(&mut self) {
        match self {
            Self::Live(inner, effect) => {
                *effect = None;
                let standing = inner.try_borrow_mut().ok().and_then(|mut inner| inner.take());
                drop(standing);
            }
            Self::Rows(inner, _) => {
                let rows = inner.try_borrow_mut().map(|mut inner| inner.take());
                drop(rows);
            }
            Self::Nothing(_) | Self::Words(..) | Self::Mark(_) | Self::Many(..) => {}
        }
    }
}

/// An element that stands.
pub(super) struct BuiltMark {
    element: Element,
    tag: &'static str,
    fixed: Fixed,
    values: Vec<BuiltValue>,
    listeners: Vec<Listener>,
    children: Vec<Built>,
}

/// The name of an event, and what happens then.
type Listener = (Cow<'static, str>, Closure<dyn FnMut(web_sys::Event)>);

/// A value that stands; what it said last is kept, so that the same is not said twice.
struct BuiltValue {
    kind: Kind,
    name: &'static str,
    last: Rc<RefCell<Word>>,
    _effect: Option<RenderEffect<()>>,
}

/// A comment: the place of something that is not there.
pub(super) fn comment() -> web_sys::Comment {
    document().create_comment("")
}

impl Built {
    /// Builds a piece; `svg` says whether it stands inside a drawing.
    pub(super) fn new(piece: Piece, svg: bool) -> Self {
        match piece {
            Piece::Nothing => Self::Nothing(comment()),
            Piece::Words(words) => Self::Words(document().create_text_node(&words), words),
            Piece::Mark(mark) => Self::Mark(Box::new(BuiltMark::new(*mark.0, svg))),
            Piece::Many(pieces) => {
                let built = pieces.into_iter().map(|piece| Self::new(piece, svg)).collect();
                Self::Many(built, comment())
            }
            Piece::Live(piece) => Self::live(piece, None, svg),
            Piece::Rows(refresh) => Self::rows(refresh, svg),
        }
    }

    fn live(mut piece: Box<dyn FnMut() -> Piece>, standing: Option<Self>, svg: bool) -> Self {
        let inner = Rc::new(RefCell::new(standing));
        let kept = inner.clone();
        let effect = RenderEffect::new(move |_| {
            let piece = piece();
            let mut kept = kept.borrow_mut();
            match &mut *kept {
                Some(built) => built.rebuild(piece, svg),
                none => *none = Some(Self::new(piece, svg)),
            }
        });
        Self::Live(inner, Some(effect))
    }

    fn rows(mut refresh: Refresh, svg: bool) -> Self {
        let inner = Rc::new(RefCell::new(BuiltRows::new(svg)));
        let kept = inner.clone();
        let effect = RenderEffect::new(move |_| {
            let wanted = refresh();
            kept.borrow_mut().refresh(wanted);
        });
        Self::Rows(inner, effect)
    }

    /// The first of its nodes.
    pub(super) fn first(&self) -> Node {
        match self {
            Self::Many(items, _) if !items.is_empty() => items[0].first(),
            Self::Live(inner, _) if let Some(built) = &*inner.borrow() => built.first(),
            Self::Rows(inner, _) => inner.borrow().first(),
            _ => self.last(),
        }
    }

    /// The last of its nodes.
    pub(super) fn last(&self) -> Node {
        match self {
            Self::Nothing(node) | Self::Many(_, node) => node.clone().unchecked_into(),
            Self::Words(node, _) => node.clone().unchecked_into(),
            Self::Mark(mark) => mark.element.clone().unchecked_into(),
            Self::Live(inner, _) => {
                inner.borrow().as_ref().map_or_else(|| comment().unchecked_into(), Self::last)
            }
            Self::Rows(inner, _) => inner.borrow().end.clone().unchecked_into(),
        }
    }

    /// Puts it into the document.
    pub(super) fn mount(&self, parent: &Node, before: Option<&Node>) {
        match self {
            Self::Many(items, end) => {
                for item in items {
                    item.mount(parent, before);
                }
                let _ = parent.insert_before(end, before);
            }
            Self::Live(inner, _) => {
                if let Some(built) = &*inner.borrow() {
                    built.mount(parent, before);
                }
            }
            Self::Rows(inner, _) => inner.borrow().mount(parent, before),
            one => {
                let _ = parent.insert_before(&one.last(), before);
            }
        }
    }

    /// Takes it out of the document.
    pub(super) fn unmount(&self) {
        match self {
            Self::Many(items, end) => {
                items.iter().for_each(Self::unmount);
                end.remove();
            }
            Self::Live(inner, _) => {
                if let Some(built) = &*inner.borrow() {
                    built.unmount();
                }
            }
            Self::Rows(inner, _) => inner.borrow().unmount(),
            one => {
                let node = one.last();
                if let Some(parent) = node.parent_node() {
                    let _ = parent.remove_child(&node);
                }
            }
        }
    }

    /// Brings it up to date; what is of another shape is replaced.
    fn rebuild(&mut self, piece: Piece, svg: bool) {
        match (&mut *self, piece) {
            (Self::Nothing(_), Piece::Nothing) => {}
            (Self::Words(node, before), Piece::Words(words)) => {
                if *before != words {
                    node.set_data(&words);
                    *before = words;
                }
            }
            (Self::Mark(built), Piece::Mark(mark)) if built.is_of_shape(&mark.0) => {
                built.rebuild(*mark.0);
            }
            (Self::Many(items, end), Piece::Many(pieces)) => rebuild_many(items, end, pieces, svg),
            (Self::Live(inner, effect), Piece::Live(piece)) => {
                *effect = None;
                let standing = inner.borrow_mut().take();
                *self = Self::live(piece, standing, svg);
            }
            (_, piece) => {
                let new = Self::new(piece, svg);
                let first = self.first();
                if let Some(parent) = first.parent_node() {
                    new.mount(&parent, Some(&first));
                }
                self.unmount();
                *self = new;
            }
        }
    }
}

fn rebuild_many(items: &mut Vec<Built>, end: &web_sys::Comment, pieces: Vec<Piece>, svg: bool) {
    for item in items.drain(pieces.len().min(items.len())..) {
        item.unmount();
    }
    let standing = items.len();
    for (index, piece) in pieces.into_iter().enumerate() {
        if index < standing {
            items[index].rebuild(piece, svg);
            continue;
        }
        let built = Built::new(piece, svg);
        if let Some(parent) = end.parent_node() {
            built.mount(&parent, Some(end));
        }
        items.push(built);
    }
}

impl BuiltMark {
    fn new(mark: Description, svg: bool) -> Self {
        let svg = svg || mark.tag == "svg";
        let document = document();
        let element = if svg {
            document.create_element_ns(Some(SVG), mark.tag)
        } else {
            document.create_element(mark.tag)
        };
        let element = element.expect("the names of elements are written in the source");
        for (name, words) in mark.fixed {
            let _ = element.set_attribute(name, words);
        }
        let mut built = Self {
            tag: mark.tag,
            fixed: mark.fixed,
            values: Vec::with_capacity(mark.values.len()),
            listeners: Vec::new(),
            children: Vec::with_capacity(mark.children.len()),
            element,
        };
        for piece in mark.children {
            let child = Built::new(piece, svg);
            child.mount(&built.element, None);
            built.children.push(child);
        }
        // After the children: what a field has chosen is one of them.
        for (kind, name, source) in mark.values {
            let last = Rc::new(RefCell::new(None));
            built.values.push(BuiltValue::new(&built.element, kind, name, source, last));
        }
        built.listen(mark.listeners);
        for node in mark.nodes {
            node(&built.element);
        }
        built
    }

    fn listen(&mut self, listeners: Vec<(Cow<'static, str>, super::mark::Heard)>) {
        for (name, heard) in self.listeners.drain(..) {
            let heard = heard.as_ref().unchecked_ref();
            let _ = self.element.remove_event_listener_with_callback(&name, heard);
        }
        for (name, heard) in listeners {
            let heard = Closure::wrap(heard);
            let function = heard.as_ref().unchecked_ref();
            let _ = self.element.add_event_listener_with_callback(&name, function);
            self.listeners.push((name, heard));
        }
    }

    /// Whether a description differs from what stands in its words alone.
    fn is_of_shape(&self, mark: &Description) -> bool {
        self.tag == mark.tag
            && self.fixed == mark.fixed
            && self.children.len() == mark.children.len()
            && self.values.len() == mark.values.len()
            && self
                .values
                .iter()
                .zip(&mark.values)
                .all(|(built, value)| built.kind == value.0 && built.name == value.1)
    }

    fn rebuild(&mut self, mark: Description) {
        let svg = self.element.namespace_uri().as_deref() == Some(SVG);
        for (child, piece) in self.children.iter_mut().zip(mark.children) {
            child.rebuild(piece, svg);
        }
        for (built, (kind, name, source)) in self.values.iter_mut().zip(mark.values) {
            built._effect = None;
            *built = BuiltValue::new(&self.element, kind, name, source, built.last.clone());
        }
        self.listen(mark.listeners);
        for node in mark.nodes {
            node(&self.element);
        }
    }
}

impl BuiltValue {
    fn new(
        element: &Element,
        kind: Kind,
        name: &'static str,
        source: Source,
        last: Rc<RefCell<Word>>,
    ) -> Self {
        let effect = match source {
            Source::Fixed(word) => {
                say(element, kind, name, word, &last);
                None
            }
            Source::Live(mut word) => {
                let (element, last) = (element.clone(), last.clone());
                Some(RenderEffect::new(move |_| say(&element, kind, name, word(), &last)))
            }
        };
        Self { kind, name, last, _effect: effect }
    }
}

/// Gives a value to an element, unless it has been said already.
fn say(element: &Element, kind: Kind, name: &str, word: Word, last: &RefCell<Word>) {
    if *last.borrow() == word {
        return;
    }
    let given = word.as_deref();
    let _ = match (kind, given) {
        // Classes that have a source of their own stay when these change.
        (Kind::Attribute, _) if name == "class" && element.has_attribute(name) => {
            let list = element.class_list();
            for gone in last.borrow().as_deref().unwrap_or_default().split_whitespace() {
                let _ = list.remove_1(gone);
            }
            given.unwrap_or_default().split_whitespace().try_for_each(|one| list.add_1(one))
        }
        (Kind::Attribute, Some(words)) => element.set_attribute(name, words),
        (Kind::Attribute, None) => element.remove_attribute(name),
        (Kind::Class, Some(_)) => element.class_list().add_1(name),
        (Kind::Class, None) => element.class_list().remove_1(name),
        (Kind::Style, _) => {
            let style = element.unchecked_ref::<web_sys::HtmlElement>().style();
            style.set_property(name, given.unwrap_or_default())
        }
        (Kind::Property, _) => {
            // Of the properties that views give, this one is a yes or a no.
            let value = match name {
                "checked" => JsValue::from_bool(given.is_some()),
                _ => JsValue::from_str(given.unwrap_or_default()),
            };
            js_sys::Reflect::set(element, &JsValue::from_str(name), &value).map(|_| ())
        }
    };
    *last.borrow_mut() = word;
}
