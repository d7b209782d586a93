//! Sources: where the words of an attribute come from, fixed or followed.

use crate::pulse::Fact;
use std::borrow::Cow;

/// The value of an attribute; nothing when it is missing.
pub type Word = Option<Cow<'static, str>>;

/// Where a value comes from.
pub enum Source {
    /// It never changes.
    Fixed(Word),
    /// It follows its signals.
    Live(Box<dyn FnMut() -> Word>),
}

/// What can be said in an attribute.
pub trait IntoWord {
    /// As words; a yes is an empty word, a no is none.
    fn into_word(self) -> Word;
}

impl IntoWord for &'static str {
    fn into_word(self) -> Word {
        Some(Cow::Borrowed(self))
    }
}

impl IntoWord for String {
    fn into_word(self) -> Word {
        Some(Cow::Owned(self))
    }
}

impl IntoWord for bool {
    fn into_word(self) -> Word {
        self.then_some(Cow::Borrowed(""))
    }
}

impl<T: IntoWord> IntoWord for Option<T> {
    fn into_word(self) -> Word {
        self.and_then(T::into_word)
    }
}

/// What an attribute can be given.
pub trait IntoSource {
    /// As a source.
    fn into_source(self) -> Source;
}

impl IntoSource for &'static str {
    fn into_source(self) -> Source {
        Source::Fixed(self.into_word())
    }
}

impl IntoSource for String {
    fn into_source(self) -> Source {
        Source::Fixed(self.into_word())
    }
}

impl IntoSource for bool {
    fn into_source(self) -> Source {
        Source::Fixed(self.into_word())
    }
}

impl IntoSource for u32 {
    fn into_source(self) -> Source {
        u64::from(self).into_source()
    }
}

impl IntoSource for usize {
    fn into_source(self) -> Source {
        (self as u64).into_source()
    }
}

impl IntoSource for u64 {
    fn into_source(self) -> Source {
        self.to_string().into_source()
    }
}

impl<T: IntoWord> IntoSource for Option<T> {
    fn into_source(self) -> Source {
        Source::Fixed(self.into_word())
    }
}

impl<F: FnMut() -> T + 'static, T: IntoWord> IntoSource for F {
    fn into_source(mut self) -> Source {
        Source::Live(Box::new(move || self().into_word()))
    }
}

impl<T: IntoWord + Clone + 'static> IntoSource for Fact<T> {
    fn into_source(self) -> Source {
        Source::Live(Box::new(move || self.get().into_word()))
    }
}
