//! The closed sums over all tenants, made from their list: what machines are and say here, how they are set up in
//! `setup`, their laws in `law`.

mod law;
mod setup;

pub(super) use law::laws;
pub(super) use setup::setups;

/// Makes one machine of many: for each tenant its module, a variant of every sum, and a field of what survives.
macro_rules! tenants {
    ($($Name:ident: $folder:ident),* $(,)?) => {
        $(pub mod $folder;)*

        use crate::base::told::{Mark, Told};
        use crate::client::law::Law as ClientLaw;
        use crate::sim::{Event, Kind, World};
        use alloc::vec::Vec;
        use crate::base::number::Number;
        use crate::base::{Form, NodeId, NodeTable, Rng, Span, Time};
        use crate::client::{Note as ClientNote, Noted, Reply, tell};
        use crate::machine::{Input, Machine, Turn};
        use crate::placement::owners::Owners;
        use crate::placement::strategy::Work;
        use crate::store::{Item, Key};
        use crate::text::reader::{Read, Reader};
        use crate::metric::Common;
        use crate::text::{Chapter, Entry, word::joined};
        use alloc::string::String;
        use core::hash::{Hash, Hasher};

        /// What runs on a node: a machine of some tenant.
        #[derive(Clone, Debug)]
        pub enum Process {
            $(
                #[doc = concat!("A machine of `", stringify!($folder), "`.")]
                $Name($folder::Process),
            )*
        }

        sum::sum!(
            "What a machine is told at first.",
            Config: Clone, Debug; $($Name(<$folder::Process as Machine>::Config)),*
        );
        sum::sum!(
            "What travels between nodes.",
            Message: Clone, Debug; $($Name(<$folder::Process as Machine>::Message)),*
        );
        sum::sum!(
            "Alarms.",
            Timer: Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord;
            $($Name(<$folder::Process as Machine>::Timer)),*
        );
        sum::sum!(
            "What comes from outside.",
            Request: Clone, Debug, PartialEq, Eq;
            $($Name(<$folder::Process as Machine>::Request)),*
        );
        sum::sum!(
            "A write to the disk.",
            Write: Clone, Debug; $($Name(<$folder::Process as Machine>::Write)),*
        );
        sum::sum!(
            "Trace annotations: of clients, of machines, and of the script.",
            Note: Clone, Debug;
            Client(ClientNote), $($Name($folder::Note),)* Script(ScriptNote)
        );
        $(
            impl From<Noted<$folder::Note>> for Note {
                fn from(note: Noted<$folder::Note>) -> Self {
                    match note {
                        Noted::Client(note) => Self::Client(note),
                        Noted::Own(note) => Self::$Name(note),
                    }
                }
            }
        )*
        sum::hashed!(Message: $($Name),*);
        sum::hashed!(Timer: $($Name),*);
        sum::hashed!(Request: $($Name),*);
        sum::hashed!(Note: Client, $($Name,)* Script);

        sum::sum!(
            "A known mistake that a scenario can switch on, so that the checks can be seen to catch it.",
            Bug: Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord; $($Name($folder::bugs::Bug)),*
        );

        impl Bug {
            /// All of them, with the word that the language has for each and what it does.
            pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
                core::iter::empty()$(.chain(
                    $folder::bugs::BUGS.iter().map(|(bug, word, what)| (Self::$Name(*bug), *word, *what))
                ))*
            }

            /// The mistake of that name.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                Self::all().find(|(_, name, _)| *name == word).map(|(bug, ..)| bug)
            }

            $(
                #[doc = concat!("The mistake, if it is one of `", stringify!($folder), "`.")]
                #[must_use]
                pub fn $folder(self) -> Option<$folder::bugs::Bug> {
                    if let Self::$Name(bug) = self { Some(bug) } else { None }
                }
            )*
        }

        sum::setups! { $($Name: $folder,)* }
        sum::laws! { $($Name: $folder,)* }

        /// What survives a crash: a field for each tenant, of which a node uses its own.
        #[derive(Clone, Debug, Default)]
        pub struct Durable {
            $(
                #[doc = concat!("What a machine of `", stringify!($folder), "` keeps.")]
                pub $folder: <$folder::Process as Machine>::Durable,
            )*
        }

        impl Process {
            /// What it says about itself: labels with their values.
            #[must_use]
            pub fn rows(&self, nodes: &NodeTable) -> Vec<(String, String)> {
                match self {
                    $(Self::$Name(process) => $folder::fact::rows(process, nodes),)*
                }
            }
        }

        impl Durable {
            /// What the machine that was set up so has on its disk, in words.
            #[must_use]
            pub fn text(&self, config: &Config) -> Option<String> {
                match config {
                    $(Config::$Name(config) => $folder::fact::on_disk(config, &self.$folder),)*
                }
            }
        }

        impl Config {
            /// What a machine that was set up so holds from the start, if it is told so.
            #[must_use]
            pub fn preloaded(&self) -> Option<Vec<Item>> {
                match self {
                    $(Self::$Name(config) => <$folder::Spec as Setup>::preloaded(config),)*
                }
            }

            /// What a machine that was set up so is asked by an order; nothing if it does not understand it.
            #[must_use]
            pub fn asked(&self, order: &Order) -> Option<Request> {
                match self {
                    $(Self::$Name(_) => <$folder::Spec as Setup>::order(order).map(Request::$Name),)*
                }
            }
        }

        impl Config {
            /// The same of an order that only one tenant understands.
            #[must_use]
            pub fn asked_by(&self, order: &Own) -> Option<Request> {
                match self {
                    $(Self::$Name(config) => {
                        let Own::$Name(order) = order else { return None };
                        <$folder::Spec as Setup>::obey(order, config).map(Request::$Name)
                    })*
                }
            }
        }

        impl Message {
            /// A word for its kind.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$Name(message) => message.kind(),)*
                }
            }

            /// How it is drawn.
            #[must_use]
            pub fn form(&self) -> Form {
                match self {
                    $(Self::$Name(message) => message.form(),)*
                }
            }
        }

        impl Message {
            /// What it is to the reads of clients.
            #[must_use]
            pub fn errand(&self) -> Errand {
                match self {
                    $(Self::$Name(it) => <$folder::Process as Reads<$folder::Note>>::errand(it),)*
                }
            }

            /// The same with this changed in it; nothing if there is nothing in it to change.
            #[must_use]
            pub fn forged(&self, forgery: &Forgery) -> Option<Self> {
                match self {
                    $(Self::$Name(message) => {
                        <$folder::Spec as Setup>::forge(message, forgery).map(Self::$Name)
                    })*
                }
            }

            /// What it says, in a line.
            #[must_use]
            pub fn text(&self, nodes: &NodeTable) -> String {
                match self {
                    $(Self::$Name(message) => $folder::tell::message(message, nodes),)*
                }
            }
        }

        impl Timer {
            /// What it is to the reads of clients.
            #[must_use]
            pub fn alarm(self) -> Alarm {
                match self {
                    $(Self::$Name(it) => <$folder::Process as Reads<$folder::Note>>::alarm(it),)*
                }
            }

            /// What it is for.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$Name(timer) => $folder::tell::timer(timer),)*
                }
            }
        }

        impl Request {
            /// What is wanted.
            #[must_use]
            pub fn text(&self) -> String {
                match self {
                    $(Self::$Name(request) => $folder::tell::request(request),)*
                }
            }
        }

        impl Note {
            /// True if what the machine sends in the same turn is regular.
            #[must_use]
            pub fn begins_rounds(&self) -> bool {
                match self {
                    Self::Client(_) | Self::Script(_) => false,
                    $(Self::$Name(it) => {
                        <$folder::Process as Reads<$folder::Note>>::begins_rounds(it)
                    })*
                }
            }

            /// Whether its node begins or ends to lead, if it says so.
            #[must_use]
            pub fn lead(&self) -> Option<Lead> {
                match self {
                    Self::Client(_) | Self::Script(_) => None,
                    $(Self::$Name(note) => <$folder::measure::Measures as Measure>::lead(note),)*
                }
            }

            /// What is told of it.
            #[must_use]
            pub fn told(&self, nodes: &NodeTable) -> Told {
                match self {
                    Self::Client(note) => tell::note(note),
                    $(Self::$Name(note) => $folder::tell::note(note, nodes),)*
                    Self::Script(note) => note.told(),
                }
            }

            /// The word of the language for it, and the node that it is about; `node` let it be seen.
            #[must_use]
            pub fn happening(&self, node: NodeId) -> Option<(&'static str, NodeId)> {
                match self {
                    Self::Client(note) => tell::happening(note, node),
                    $(Self::$Name(note) => $folder::tell::happening(note, node),)*
                    Self::Script(_) => None,
                }
            }

            /// Whether it is a mark on the timeline.
            #[must_use]
            pub fn mark(&self) -> Mark {
                match self {
                    Self::Client(_) => Mark::Quiet,
                    $(Self::$Name(note) => $folder::tell::mark(note),)*
                    Self::Script(note) => note.mark(),
                }
            }
        }

        /// Words that bring somebody into being, of all tenants.
        pub const STATEMENTS: &[Entry] = joined!(Entry, ("", ""); $($folder::words::STATEMENTS),*);
        /// Statements that bring somebody into being, of all tenants, each with its word.
        pub const EXAMPLES: &[Entry] = joined!(Entry, ("", ""); $($folder::words::EXAMPLES),*);
        /// Words of statements that nodes of one tenant understand.
        pub const ORDERS: &[Entry] = joined!(Entry, ("", ""); $(<$folder::Spec as Setup>::ORDERS),*);
        /// Words for how an operation is to be done, of all tenants.
        pub const WAYS: &[Entry] = joined!(Entry, ("", ""); $(<$folder::Spec as Setup>::WAYS),*);
        /// What `when` can wait for, of all tenants.
        pub const EVENTS: &[Entry] = joined!(Entry, ("", ""); $($folder::words::EVENTS),*);
        /// What can be measured, of all tenants.
        pub const METRICS: &[Entry] = joined!(Entry, ("", ""); $($folder::words::METRICS),*);
        /// Of these, the ones that are times.
        pub const TIMES: &[&str] = joined!(&str, ""; $($folder::words::TIMES),*);
        /// Laws by name, of all tenants.
        pub const LAWS: &[Entry] = joined!(Entry, ("", ""); $($folder::words::LAWS),*);

        /// What the tenants count of one cluster: a fold for each, of which a cluster uses its own.
        #[derive(Clone, Debug, Default)]
        pub struct Folds {
            $(
                #[doc = concat!("What `", stringify!($folder), "` counts.")]
                pub $folder: $folder::measure::Measures,
            )*
        }

        impl Folds {
            /// Reads a note of a tenant.
            pub fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note, common: &mut Common) {
                match note {
                    $(Note::$Name(note) => Measure::fold(&mut self.$folder, node, at, seq, note, common),)*
                    Note::Client(_) | Note::Script(_) => {}
                }
            }

            /// The number of that name of all these parties; nothing if the tenant of none knows it.
            #[must_use]
            pub fn number<'m>(
                word: &str,
                each: &(impl Iterator<Item = (&'m Spec, &'m Self)> + Clone),
                now: Time,
            ) -> Option<Number> {
                $(
                    let own = each.clone().filter(|(spec, _)| matches!(spec, Spec::$Name(_)));
                    let own = own.map(|(_, folds)| &folds.$folder);
                    if own.clone().next().is_some()
                        && let Some(number) = Measure::number(word, &own, now)
                    {
                        return Some(number);
                    }
                )*
                None
            }

            /// The number of that name of one node of a party that is set up so.
            #[must_use]
            pub fn of_node(&self, spec: &Spec, word: &str, node: NodeId) -> Option<Number> {
                match spec { $(Spec::$Name(_) => self.$folder.of_node(word, node),)* }
            }

            /// The number of that name of what has a name in a party that is set up so, and is no node.
            #[must_use]
            pub fn of_name(&self, spec: &Spec, word: &str, name: &str) -> Option<Number> {
                match spec { $(Spec::$Name(_) => self.$folder.of_name(word, name),)* }
            }
        }

        impl Folds {
            /// True if a tenant's number of that name says nothing of a run in which no client asked anything.
            #[must_use]
            pub fn is_about_operations(word: &str) -> bool {
                false$(|| $folder::words::OF_OPERATIONS.contains(&word))*
            }

            /// Why the number of that name of a party says nothing: what it is about never happened.
            #[must_use]
            pub fn nothing(&self, word: &str) -> Option<&'static str> {
                None$(.or_else(|| self.$folder.nothing(word)))*
            }

            /// The event of a party that shows the number of that name best.
            #[must_use]
            pub fn evidence(&self, word: &str, common: &Common) -> Option<u32> {
                None$(.or_else(|| self.$folder.evidence(word, common)))*
            }
        }

        impl Machine for Process {
            type Config = Config;
            type Durable = Durable;
            type Write = Write;
            type Message = Message;
            type Timer = Timer;
            type Request = Request;
            type Reply = Reply;
            type Note = Note;

            fn boot(config: &Config, durable: &Durable, turn: &mut Turn<'_, Self>) -> Self {
                match config {
                    $(Config::$Name(config) => Self::$Name(turn.within(|inner| {
                        <$folder::Process as Machine>::boot(config, &durable.$folder, inner)
                    })),)*
                }
            }

            fn settle(durable: &mut Durable, write: Write) {
                match write {
                    $(Write::$Name(write) => {
                        <$folder::Process as Machine>::settle(&mut durable.$folder, write);
                    })*
                }
            }

            fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
                match self {
                    $(Self::$Name(process) => {
                        let input = match input {
                            Input::Message { from, message: Message::$Name(message) } => {
                                Input::Message { from, message }
                            }
                            Input::Timer(Timer::$Name(timer)) => Input::Timer(timer),
                            Input::Request { id, request: Request::$Name(request) } => {
                                Input::Request { id, request }
                            }
                            Input::WriteFailed(why) => Input::WriteFailed(why),
                            // What another tenant's machine says means nothing to this one.
                            Input::Message { .. } | Input::Timer(_) | Input::Request { .. } => return,
                        };
                        turn.within(|inner| process.step(input, inner));
                    })*
                }
            }

            fn tear(write: Write, rng: &mut Rng) -> Option<Write> {
                match write {
                    $(Write::$Name(write) => {
                        <$folder::Process as Machine>::tear(write, rng).map(Write::$Name)
                    })*
                }
            }

            fn blank() -> Durable {
                Durable { $($folder: <$folder::Process as Machine>::blank(),)* }
            }

            fn corrupt(durable: &mut Durable, rng: &mut Rng) -> bool {
                // A node uses one of them; the others have nothing to damage.
                false $(|| <$folder::Process as Machine>::corrupt(&mut durable.$folder, rng))*
            }

            fn disk_bytes(durable: &Durable) -> u64 {
                0 $(+ <$folder::Process as Machine>::disk_bytes(&durable.$folder))*
            }

            fn message_bytes(message: &Message) -> u64 {
                match message {
                    $(Message::$Name(it) => <$folder::Process as Machine>::message_bytes(it),)*
                }
            }

            fn message_entries(message: &Message) -> u64 {
                match message {
                    $(Message::$Name(it) => <$folder::Process as Machine>::message_entries(it),)*
                }
            }

            fn write_bytes(write: &Write) -> u64 {
                match write {
                    $(Write::$Name(it) => <$folder::Process as Machine>::write_bytes(it),)*
                }
            }
        }
    };
}

/// One closed sum, and the way into it from each of its parts.
macro_rules! sum {
    ($doc:literal, $Sum:ident: $($derive:ident),*; $($Name:ident($part:ty)),* $(,)?) => {
        #[doc = $doc]
        #[derive($($derive),*)]
        pub enum $Sum {
            $(
                #[doc = concat!("Of the tenant `", stringify!($Name), "`.")]
                $Name($part),
            )*
        }

        $(
            impl From<$part> for $Sum {
                fn from(part: $part) -> Self {
                    Self::$Name(part)
                }
            }
        )*
    };
}

/// A sum counts in a digest as its part does: parts name their kinds by tags of their own, so the hash
/// of a trace does not depend on which tenants there are besides.
macro_rules! hashed {
    ($Sum:ident: $($Name:ident),*) => {
        impl Hash for $Sum {
            fn hash<H: Hasher>(&self, state: &mut H) {
                match self {
                    $(Self::$Name(part) => part.hash(state),)*
                }
            }
        }
    };
}

pub(super) use {hashed, sum, tenants};
