//! `view!`: the markup of Leptos, written out as calls that all views share.
//!
//! Leptos gives every element, attribute and closure a type of its own, and every type brings its
//! own machine code. Here an element is a `Mark`, whatever is in it, so a view is a list of calls:
//! the page is a quarter smaller to download. What is written between the tags is the same.

use proc_macro2::TokenStream;
use quote::quote;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeElement, NodeName};
use syn::{Expr, Lit};

type Element = NodeElement<rstml::node::Infallible>;

/// A piece of the page from markup: elements, components, words and blocks.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match rstml::parse2(tokens.into()) {
        Ok(nodes) => pieces(&nodes).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

/// The nodes as one piece.
fn pieces(nodes: &[Node]) -> TokenStream {
    match nodes {
        [one] => piece(one),
        many => {
            let many = many.iter().map(piece);
            quote! { crate::widgets::piece::Piece::Many(::std::vec![#(#many),*]) }
        }
    }
}

fn piece(node: &Node) -> TokenStream {
    match node {
        Node::Element(element) if is_component(element.name()) => component(element),
        Node::Element(element) => mark(element),
        Node::Fragment(fragment) => pieces(&fragment.children),
        Node::Text(text) => {
            let words = &text.value;
            quote! { crate::widgets::piece::Piece::from(#words) }
        }
        Node::Block(block) => quote! {
            crate::widgets::piece::IntoPiece::into_piece(#[allow(unused_braces)] #block)
        },
        other => refuse(other, "a view holds elements, components, quoted words and blocks"),
    }
}

/// Components begin with a capital or stand in a module.
fn is_component(name: &NodeName) -> bool {
    let name = name.to_string();
    name.contains("::") || name.starts_with(char::is_uppercase)
}

/// An element: what is fixed stands in a table, the rest follows call by call.
fn mark(element: &Element) -> TokenStream {
    let tag = element.name().to_string();
    let mut fixed = Vec::new();
    let mut calls = Vec::new();
    for attribute in element.attributes() {
        let NodeAttribute::Attribute(attribute) = attribute else {
            calls.push(refuse(attribute, "an element has no blocks among its attributes"));
            continue;
        };
        let name = attribute.key.to_string();
        match literal(attribute) {
            Some(words) if !name.contains(':') => fixed.push(quote! { (#name, #words) }),
            _ => calls.push(call(&name, attribute)),
        }
    }
    let children = element.children().iter().map(|child| match child {
        Node::Text(text) => {
            let words = &text.value;
            quote! { .words(#words) }
        }
        other => {
            let piece = piece(other);
            quote! { .child(#piece) }
        }
    });
    quote! {
        crate::widgets::piece::Mark::new(#tag, &[#(#fixed),*]) #(#calls)* #(#children)* .done()
    }
}

/// The call that an attribute stands for.
fn call(name: &str, attribute: &KeyedAttribute) -> TokenStream {
    let Some(value) = attribute.value() else {
        return refuse(attribute, "this attribute needs a value");
    };
    match name.split_once(':') {
        Some(("on", event)) => {
            let event = quote::format_ident!("{event}");
            quote! { .on(::leptos::ev::#event, #value) }
        }
        Some(("class", name)) => quote! { .class(#name, #value) },
        Some(("style", name)) => quote! { .style(#name, #value) },
        Some(("prop", name)) => quote! { .property(#name, #value) },
        Some(_) => refuse(attribute, "known before the colon are on, class, style and prop"),
        None if name == "node_ref" => quote! { .node(#value) },
        None => match (name, value) {
            ("style", Expr::Tuple(pair)) if pair.elems.len() == 2 => {
                let (name, value) = (&pair.elems[0], &pair.elems[1]);
                quote! { .style(#name, #value) }
            }
            _ => quote! { .attribute(#name, #value) },
        },
    }
}

/// The words of an attribute that never changes.
fn literal(attribute: &KeyedAttribute) -> Option<String> {
    match attribute.value() {
        None => Some(String::new()),
        Some(Expr::Lit(literal)) => match &literal.lit {
            Lit::Str(words) => Some(words.value()),
            _ => None,
        },
        Some(_) => None,
    }
}

/// A component: its properties by name, what stands in it as `children`.
fn component(element: &Element) -> TokenStream {
    let name = element.name();
    let mut properties = Vec::new();
    let mut bound = None;
    for attribute in element.attributes() {
        let NodeAttribute::Attribute(attribute) = attribute else {
            properties.push(refuse(attribute, "a component has no blocks among its properties"));
            continue;
        };
        let key = &attribute.key;
        if let Some(variable) = key.to_string().strip_prefix("let:") {
            bound = Some(quote::format_ident!("{variable}"));
            continue;
        }
        let value = attribute.value().map_or_else(|| quote! { #key }, |value| quote! { #value });
        properties.push(quote! { .#key(#[allow(unused_braces)] { #value }) });
    }
    if !element.children().is_empty() {
        let inside = pieces(element.children());
        properties.push(match bound {
            Some(variable) => quote! { .children(move |#variable| #inside) },
            None => quote! { .children(crate::widgets::piece::children(move || #inside)) },
        });
    }
    quote! {
        crate::widgets::piece::Piece::from(::leptos::component::component_view(
            #[allow(clippy::needless_borrows_for_generic_args)]
            &#name,
            ::leptos::component::component_props_builder(&#name) #(#properties)* .build(),
        ))
    }
}

fn refuse(place: &impl quote::ToTokens, words: &str) -> TokenStream {
    syn::Error::new_spanned(place, words).to_compile_error()
}
