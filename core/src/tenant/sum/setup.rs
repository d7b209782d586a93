//! How tenants are set up, built, changed and asked, over all of them.

/// The sums of what a text says of tenants, and of what is kept of what was built so.
macro_rules! setups {
    ($($Name:ident: $folder:ident),* $(,)?) => {
        sum::sum!(
            "Which tenant, and how it is set up.",
            Spec: Clone, Debug, PartialEq, Eq; $($Name($folder::Spec)),*
        );
        sum::sum!(
            "What is kept of a cluster beside its machines.",
            Built: Clone, Debug; $($Name(<$folder::Spec as Setup>::Built)),*
        );

        /// How a client wants an operation to be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Way {
            $(
                #[doc = concat!("Of the tenant `", stringify!($Name), "`.")]
                $Name(<$folder::Spec as Setup>::Way),
            )*
        }

        impl Way {
            /// Reads one, of whichever tenant has that word.
            pub fn read(reader: &mut Reader<'_, '_>) -> Read<Self> {
                let next = reader.ahead();
                $(
                    if <$folder::Spec as Setup>::WAYS.iter().any(|(word, _)| *word == next) {
                        return <$folder::Spec as Setup>::way(reader).map(Self::$Name);
                    }
                )*
                match reader.take() {
                    Some(token) => reader.unknown("way to read", token, WAYS),
                    None => reader.refuse(String::from("In which way? Such as: c1: get x by lease")),
                }
            }

            $(
                #[doc = concat!("The way, if it is one of `", stringify!($folder), "`.")]
                #[must_use]
                pub fn $folder(self) -> Option<<$folder::Spec as Setup>::Way> {
                    if let Self::$Name(way) = self { Some(way) } else { None }
                }
            )*
        }

        /// What a statement of a tenant's own tells its nodes to do.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Own {
            $(
                #[doc = concat!("Of the tenant `", stringify!($Name), "`.")]
                $Name(<$folder::Spec as Setup>::Own),
            )*
        }

        impl Own {
            /// Reads a statement that begins with one of the tenants' own words: which nodes are told, and what.
            /// Nothing if no tenant has that word.
            pub fn read(reader: &mut Reader<'_, '_>) -> Read<Option<(Vec<String>, Self)>> {
                let word = reader.ahead();
                $(
                    if <$folder::Spec as Setup>::ORDERS.iter().any(|(known, _)| *known == word) {
                        reader.take();
                        let (nodes, order) = <$folder::Spec as Setup>::read_order(word, reader)?;
                        return Ok(Some((nodes, Self::$Name(order))));
                    }
                )*
                Ok(None)
            }
        }

        impl Spec {
            /// True if its nodes understand that order.
            #[must_use]
            pub fn understands(&self, order: &Own) -> bool {
                match self { $(Self::$Name(_) => matches!(order, Own::$Name(_)),)* }
            }

            /// True if a statement that begins so brings somebody into being.
            #[must_use]
            pub fn begins(word: &str) -> bool {
                $(<$folder::Spec as Setup>::begins(word))||*
            }

            /// Reads what stands behind the word that a statement begins with and the name; nothing if no
            /// tenant has that word.
            pub fn read(word: &str, reader: &mut Reader<'_, '_>) -> Read<Option<(Self, Head)>> {
                $(
                    if <$folder::Spec as Setup>::begins(word) {
                        let (spec, head) = <$folder::Spec as Setup>::read(word, reader)?;
                        return Ok(Some((Self::$Name(spec), head)));
                    }
                )*
                Ok(None)
            }

            /// What those are called that a statement which begins so brings into being, and how many of them a
            /// scenario can have.
            #[must_use]
            pub fn many(word: &str) -> (&'static str, usize) {
                $(
                    if <$folder::Spec as Setup>::begins(word) {
                        return <$folder::Spec as Setup>::MANY;
                    }
                )*
                ("clusters", 0)
            }

            /// What such are called.
            #[must_use]
            pub fn many_are(&self) -> &'static str {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::MANY.0,)* }
            }

            /// True if it holds keys.
            #[must_use]
            pub fn holds_keys(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::HOLDS_KEYS,)* }
            }

            /// Refuses what is too much together with others of its kind in the same scenario.
            pub fn check<'s>(
                &'s self,
                reader: &mut Reader<'_, '_>,
                others: impl Iterator<Item = &'s Self>,
            ) -> Read<()> {
                match self {
                    $(Self::$Name(spec) => {
                        let same = others.filter_map(|other| {
                            if let Self::$Name(other) = other { Some(other) } else { None }
                        });
                        Setup::check(spec, reader, same)
                    })*
                }
            }

            /// The words that alone can come next in a statement that begins so, behind its first word and
            /// these.
            #[must_use]
            pub fn next(word: &str, behind: &[&str]) -> Vec<Entry> {
                $(
                    if <$folder::Spec as Setup>::begins(word) {
                        return <$folder::Spec as Setup>::next(behind);
                    }
                )*
                Vec::new()
            }

            /// What the book tells of the words of all tenants.
            #[must_use]
            pub fn chapters() -> Vec<Chapter> {
                let mut chapters = Vec::new();
                $(chapters.extend(<$folder::Spec as Setup>::chapters());)*
                chapters
            }

            /// Words for how all reads are to be done, behind `reads` in a statement that begins so.
            #[must_use]
            pub fn reads(word: &str) -> &'static [Entry] {
                $(
                    if <$folder::Spec as Setup>::begins(word) {
                        return <$folder::Spec as Setup>::READS;
                    }
                )*
                &[]
            }

            /// What a statement that begins so can be told, and what may follow `no` in it.
            #[must_use]
            pub fn options(word: &str) -> (&'static [Entry], &'static [Entry]) {
                $(
                    if <$folder::Spec as Setup>::begins(word) {
                        return (<$folder::Spec as Setup>::OPTIONS, <$folder::Spec as Setup>::WITHOUT);
                    }
                )*
                (&[], &[])
            }

            $(
                #[doc = concat!("How it is set up, if it is one of `", stringify!($folder), "`.")]
                #[must_use]
                pub fn $folder(&self) -> Option<&$folder::Spec> {
                    if let Self::$Name(spec) = self { Some(spec) } else { None }
                }
            )*

            /// Its laws, by name.
            #[must_use]
            pub fn laws(&self) -> &'static [Entry] {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::LAWS,)* }
            }

            /// The laws that one of its laws is made of; none if it is a law by itself.
            pub fn parts(&self, law: &str) -> impl Iterator<Item = &'static str> + use<> {
                let whole = match self { $(Self::$Name(_) => <$folder::Spec as Setup>::WHOLE,)* };
                let laws: &'static [Entry] = if law == whole { self.laws() } else { &[] };
                laws.iter().map(|(word, _)| *word).filter(move |word| *word != whole)
            }

            /// What can be measured of it.
            #[must_use]
            pub fn metrics(&self) -> &'static [Entry] {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::METRICS,)* }
            }

            /// A line that expects something of it.
            #[must_use]
            pub fn claim(&self) -> &'static str {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::CLAIM,)* }
            }

            /// True if a nemesis can do that to it, which is not the case for all.
            #[must_use]
            pub fn knows(&self, calamity: &str) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::CALAMITIES.contains(&calamity),)* }
            }

            /// True if clients can ask it.
            #[must_use]
            pub fn has_clients(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::HAS_CLIENTS,)* }
            }

            /// True if its keys are placed by a strategy.
            #[must_use]
            pub fn places(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::PLACES,)* }
            }

            /// True if a mistake is one of its own.
            #[must_use]
            pub fn can_have(&self, bug: Bug) -> bool {
                match self { $(Self::$Name(_) => bug.$folder().is_some(),)* }
            }

            /// True if it has machines.
            #[must_use]
            pub fn has_machines(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::HAS_MACHINES,)* }
            }

            /// True if its keys are placed before the run begins.
            #[must_use]
            pub fn is_surveyed(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::IS_SURVEYED,)* }
            }

            /// True if its nodes elect a leader and keep a log.
            #[must_use]
            pub fn votes(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::VOTES,)* }
            }

            /// Why it should not be set up so, if it should not, and the text does not switch that mistake on.
            #[must_use]
            pub fn flaw(&self, bugs: &[Bug]) -> Option<&'static str> {
                match self { $(Self::$Name(spec) => spec.flaw(bugs),)* }
            }

            /// True if a write can be acknowledged without nodes that are away.
            #[must_use]
            pub fn goes_on_without(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::GOES_ON_WITHOUT,)* }
            }

            /// True if what is done in a text can make the wall clocks of its nodes matter.
            #[must_use]
            pub fn reads_wall(&self, head: &Head, deeds: Deeds) -> bool {
                match self { $(Self::$Name(spec) => spec.reads_wall(head, deeds),)* }
            }

            /// True if nodes can come to it.
            #[must_use]
            pub fn grows(&self) -> bool {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::GROWS,)* }
            }

            /// Its word: that of the tenant, or of the strategy.
            #[must_use]
            pub fn word(&self, head: &Head) -> &'static str {
                match self { $(Self::$Name(spec) => spec.word(head),)* }
            }

            /// How many nodes it begins with.
            #[must_use]
            pub fn nodes(&self, head: &Head) -> u32 {
                match self { $(Self::$Name(spec) => Setup::nodes(spec, head),)* }
            }

            /// How many copies of each key are laid on disks at the start, by a map.
            #[must_use]
            pub fn copies(&self, head: &Head) -> u32 {
                match self { $(Self::$Name(spec) => spec.copies(head),)* }
            }

            /// About how much work placing is, if keys are placed.
            #[must_use]
            pub fn work(&self, head: &Head) -> Option<Work> {
                match self { $(Self::$Name(spec) => spec.work(head),)* }
            }

            /// How many disks may be lost at once; nothing if a nemesis has nothing to do with it.
            #[must_use]
            pub fn bears(&self, head: &Head) -> Option<u32> {
                match self { $(Self::$Name(spec) => spec.bears(head),)* }
            }

            /// A lost disk is made good after so long by the cluster itself; nothing if it is not.
            #[must_use]
            pub fn heals(&self) -> Option<Span> {
                match self { $(Self::$Name(spec) => spec.heals(),)* }
            }

            /// Adds its nodes.
            pub fn build(&self, builder: &mut impl Builder) -> Built {
                match self { $(Self::$Name(spec) => Built::$Name(Setup::build(spec, builder)),)* }
            }

            /// Carries out a change of what was built so.
            pub fn change(&self, built: &Built, change: &Change, builder: &mut impl Builder) {
                $(
                    if let (Self::$Name(spec), Built::$Name(built)) = (self, built) {
                        spec.change(built, change, builder);
                    }
                )*
            }

            /// How the client of that short name is set up; nothing if it can have none.
            #[must_use]
            pub fn client(&self, short: &str, built: &Built, builder: &impl Builder) -> Option<Config> {
                $(
                    if let (Self::$Name(spec), Built::$Name(built)) = (self, built) {
                        return spec.client(short, built, builder);
                    }
                )*
                None
            }

            /// What one of its clients is asked; nothing if it cannot do that.
            #[must_use]
            pub fn operate(&self, operation: &Operation) -> Option<Request> {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::operate(operation),)* }
            }

            /// What led to the event of that number, an answer to one of its clients.
            #[must_use]
            pub fn story_of(&self, past: Past<'_>, seq: u32) -> Vec<Step> {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::story_of(past, seq),)* }
            }

            /// Lays items on the disk of one of its nodes before the start.
            pub fn lay(&self, durable: &mut Durable, batch: &Arc<Batch>) {
                match self { $(Self::$Name(_) => <$folder::Spec as Setup>::lay(durable, batch),)* }
            }
        }

        impl Process {
            /// Prepares it for a request that takes long, until so much work is done; true once it is ready.
            pub fn prepare(&mut self, request: &Request, work: &mut u64) -> bool {
                $(
                    if let (Self::$Name(process), Request::$Name(request)) = (&mut *self, request) {
                        return <$folder::Spec as Setup>::prepare(process, request, work);
                    }
                )*
                true
            }

            /// What it is about that a screen should show at its node, in two or three words each.
            #[must_use]
            pub fn signs(&self) -> Vec<String> {
                match self { $(Self::$Name(process) => <$folder::Spec as Setup>::signs(process),)* }
            }

            /// How far it is if it prepares itself: so much of so much.
            #[must_use]
            pub fn preparing(&self) -> Option<(usize, usize)> {
                match self { $(Self::$Name(process) => <$folder::Spec as Setup>::preparing(process),)* }
            }
        }

        impl Built {
            /// The node that keeps the map, or speaks for all.
            #[must_use]
            pub fn desk(&self) -> NodeId {
                match self { $(Self::$Name(built) => <$folder::Spec as Setup>::desk(built),)* }
            }

            /// The nodes that hold a key at the start; nobody if no keys are laid on disks.
            #[must_use]
            pub fn homes(&self, key: &Key) -> Owners {
                match self { $(Self::$Name(built) => <$folder::Spec as Setup>::homes(built, key),)* }
            }

            /// The map that the nodes of the party of that number go by, if they go by one.
            #[must_use]
            pub fn map(&self, world: &World<Process>, nodes: &NodeTable, party: usize) -> Option<MapFact> {
                match self {
                    $(Self::$Name(built) => {
                        <$folder::Spec as Setup>::map(Site::new(world, nodes, party), built)
                    })*
                }
            }

            /// Where a key goes in the party of that number, if it has a rule for it.
            #[must_use]
            pub fn find(
                &self,
                world: &World<Process>,
                nodes: &NodeTable,
                party: usize,
                key: &str,
            ) -> Option<Found> {
                match self {
                    $(Self::$Name(built) => {
                        <$folder::Spec as Setup>::find(Site::new(world, nodes, party), built, key)
                    })*
                }
            }

            /// Why a wish of the party of that number is still open, if it is.
            #[must_use]
            pub fn waits(
                &self,
                world: &World<Process>,
                nodes: &NodeTable,
                party: usize,
                wish: &Wish,
            ) -> Option<String> {
                match self {
                    $(Self::$Name(built) => {
                        <$folder::Spec as Setup>::waits(Site::new(world, nodes, party), built, wish)
                    })*
                }
            }

            $(
                #[doc = concat!("What is kept, if it is one of `", stringify!($folder), "`.")]
                #[must_use]
                pub fn $folder(&self) -> Option<&<$folder::Spec as Setup>::Built> {
                    if let Self::$Name(built) = self { Some(built) } else { None }
                }
            )*
        }
    };
}

pub(in super::super) use setups;
