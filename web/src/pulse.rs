//! Pulses: values that wake those who read them, kept so that all of them share one machinery.
//!
//! The signals of Leptos are made anew for every type they hold. Here the signal is always a count
//! of changes, and the value lies beside it behind one pointer: the same graph, a tenth of the code.

use leptos::prelude::*;
use std::any::Any;
use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::rc::Rc;

/// Where a value lies.
type Place = StoredValue<Option<Rc<dyn Any>>, LocalStorage>;
/// What a place is promised to hold.
type Holds<T> = PhantomData<fn() -> T>;

/// What counts the changes of a value.
#[derive(Clone, Copy)]
enum Beat {
    Never,
    Set(RwSignal<u64>),
    Follows(Memo<u64>),
}

/// A value that can be set.
pub struct Var<T> {
    beat: RwSignal<u64>,
    place: Place,
    holds: Holds<T>,
}

/// A value that can be read: a fixed one, one that is set, or one that follows others.
pub struct Fact<T> {
    beat: Beat,
    place: Place,
    holds: Holds<T>,
}

impl<T> Clone for Var<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Var<T> {}

impl<T> Clone for Fact<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fact<T> {}

impl<T> Debug for Var<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Var")
    }
}

impl<T> Debug for Fact<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fact")
    }
}

impl<T: 'static> Var<T> {
    /// A value to begin with.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { beat: RwSignal::new(0), place: placed(Some(Rc::new(value))), holds: PhantomData }
    }

    /// Puts another value in its place and wakes the readers; nothing, once it is gone.
    pub fn set(self, value: T) {
        put(self.beat, self.place, Rc::new(value));
    }

    /// Changes the value and wakes the readers.
    pub fn update(self, change: impl FnOnce(&mut T))
    where
        T: Clone,
    {
        let Some(value) = held(self.place) else { return };
        let mut value = typed::<T>(value);
        // No longer held in its place, so it is changed where it lies, unless it is being read.
        self.place.set_value(None);
        change(Rc::make_mut(&mut value));
        put(self.beat, self.place, value);
    }

    /// Reads the value and is woken when it changes.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        Fact::from(self).with(read)
    }

    /// Reads the value once.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        Fact::from(self).with_untracked(read)
    }

    /// A copy of the value; who asks is woken when it changes.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// A copy of the value, unless it is gone.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        held(self.place).map(|value| T::clone(&typed::<T>(value)))
    }

    /// Is woken when it changes.
    pub fn track(self) {
        self.beat.track();
    }
}

impl<T: PartialEq + 'static> Fact<T> {
    /// A value that follows what it reads, and wakes its readers only when it differs.
    #[must_use]
    pub fn of(value: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let place = placed(None);
        let value = Box::new(move || -> Rc<dyn Any> { Rc::new(value()) });
        let beat = Beat::Follows(following(place, value, is_same::<T>));
        Self { beat, place, holds: PhantomData }
    }
}

impl<T: 'static> Fact<T> {
    /// Reads the value and is woken when it changes.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&typed::<T>(now(self.beat, self.place)))
    }

    /// Reads the value once.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&typed::<T>(untrack(|| now(self.beat, self.place))))
    }

    /// A copy of the value; who asks is woken when it changes.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }
}

impl<T: Clone + 'static> Fact<T> {
    /// A copy of the value, unless it is gone.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T> {
        if let Beat::Follows(beat) = self.beat {
            beat.try_get_untracked()?;
        }
        held(self.place).map(|value| T::clone(&typed::<T>(value)))
    }
}

impl<T> From<Var<T>> for Fact<T> {
    fn from(value: Var<T>) -> Self {
        Self { beat: Beat::Set(value.beat), place: value.place, holds: PhantomData }
    }
}

impl<T: 'static> From<T> for Fact<T> {
    fn from(value: T) -> Self {
        Self { beat: Beat::Never, place: placed(Some(Rc::new(value))), holds: PhantomData }
    }
}

impl From<&str> for Fact<String> {
    fn from(words: &str) -> Self {
        Self::from(words.to_owned())
    }
}

impl<T: Default + 'static> Default for Fact<T> {
    fn default() -> Self {
        Self::from(T::default())
    }
}

/// Does something now and again whenever what it reads has changed.
pub fn effect(work: impl FnMut() + 'static) {
    let mut work: Box<dyn FnMut()> = Box::new(work);
    Effect::new(move |_| work());
}

#[inline(never)]
fn placed(value: Option<Rc<dyn Any>>) -> Place {
    StoredValue::new_local(value)
}

#[inline(never)]
fn put(beat: RwSignal<u64>, place: Place, value: Rc<dyn Any>) {
    place.set_value(Some(value));
    beat.update(|count| *count += 1);
}

#[inline(never)]
fn held(place: Place) -> Option<Rc<dyn Any>> {
    place.try_get_value().flatten()
}

#[inline(never)]
fn now(beat: Beat, place: Place) -> Rc<dyn Any> {
    match beat {
        Beat::Never => {}
        Beat::Set(beat) => beat.track(),
        Beat::Follows(beat) => {
            beat.get();
        }
    }
    held(place).expect("a value is read only while its owner lives")
}

fn typed<T: 'static>(value: Rc<dyn Any>) -> Rc<T> {
    value.downcast::<T>().unwrap_or_else(|_| unreachable!("a place holds what it was made for"))
}

fn is_same<T: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<T>() == other.downcast_ref::<T>()
}

#[inline(never)]
fn following(
    place: Place,
    value: Box<dyn Fn() -> Rc<dyn Any> + Send + Sync>,
    is_same: fn(&dyn Any, &dyn Any) -> bool,
) -> Memo<u64> {
    Memo::new(move |before: Option<&u64>| {
        let value = value();
        let count = before.copied().unwrap_or_default();
        if let Some(before) = held(place)
            && is_same(&*before, &*value)
        {
            return count;
        }
        place.set_value(Some(value));
        count + 1
    })
}
