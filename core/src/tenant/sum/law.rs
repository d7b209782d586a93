//! The laws of tenants, and what those may look at, over all of them.

/// The sums of laws, and of what they watch.
macro_rules! laws {
    ($($Name:ident: $folder:ident),* $(,)?) => {
        $(
            impl Part for $folder::Process {
                type Counts = $folder::measure::Measures;

                fn runs(spec: &Spec) -> bool {
                    matches!(spec, Spec::$Name(_))
                }

                fn machine(process: &Process) -> Option<&Self> {
                    if let Process::$Name(machine) = process { Some(machine) } else { None }
                }

                fn config(config: &Config) -> Option<&Self::Config> {
                    if let Config::$Name(config) = config { Some(config) } else { None }
                }

                fn counts(folds: &Folds) -> &Self::Counts {
                    &folds.$folder
                }

                fn durable(durable: &Durable) -> &Self::Durable {
                    &durable.$folder
                }
            }
        )*

        /// What the laws of one party's tenant watch.
        #[derive(Clone, Debug)]
        pub enum Laws {
            $(
                #[doc = concat!("Those of `", stringify!($folder), "`.")]
                $Name($folder::law::Laws),
            )*
        }

        impl Laws {
            /// Those of a party with a node that was set up so, before anything has happened.
            #[must_use]
            pub fn of(config: &Config) -> Self {
                match config {
                    $(Config::$Name(_) => Self::$Name(Default::default()),)*
                }
            }

            /// Reads an event of a node of the party of that number.
            pub fn read(
                &mut self,
                event: &Event<Process>,
                (world, nodes, party): (&World<Process>, &NodeTable, usize),
                common: &mut Common,
            ) -> Watched {
                match self {
                    $(Self::$Name(laws) => {
                        let seen = match &event.kind {
                            Kind::Noted(Note::$Name(note)) => Seen::Own(note),
                            Kind::Noted(Note::Client(note)) => Seen::Client(note),
                            Kind::Landed { .. } => Seen::Landed,
                            Kind::Fault(fault) => Seen::Fault(*fault),
                            Kind::Noted(_)
                            | Kind::Sent { .. }
                            | Kind::Delivered { .. }
                            | Kind::Lost { .. }
                            | Kind::Rang(_)
                            | Kind::Requested { .. }
                            | Kind::Replied { .. } => return Watched::default(),
                        };
                        let site = Site::<$folder::Process>::new(world, nodes, party);
                        laws.read(Moment::of(event), seen, &site, common)
                    })*
                }
            }
        }

        /// A law that a text can expect to hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Law {
            /// Of all clients.
            Client(ClientLaw),
            $(
                #[doc = concat!("Of the tenant `", stringify!($folder), "`.")]
                $Name($folder::law::Law),
            )*
        }

        impl<'p> Party<'p> {
            $(
                /// What is known of it, if it is of this tenant.
                fn $folder(
                    &self,
                ) -> Option<Known<'p, $folder::law::Laws, $folder::measure::Measures>> {
                    let Laws::$Name(laws) = self.laws else { return None };
                    Some(Known { laws, measures: &self.measures.tenants.$folder })
                }
            )*
        }

        impl Law {
            /// The law of that name.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                let of_clients = ClientLaw::named(word).map(Self::Client);
                of_clients$(.or_else(|| $folder::law::Law::named(word).map(Self::$Name)))*
            }

            /// True if only the end of a run counts.
            #[must_use]
            pub fn is_at_end(self) -> bool {
                match self {
                    Self::Client(law) => law.is_at_end(),
                    $(Self::$Name(law) => law.is_at_end(),)*
                }
            }

            /// True if it holds so far in a party. It holds in one of another tenant, of which it says nothing.
            #[must_use]
            pub fn holds(self, party: &Party<'_>) -> bool {
                match self {
                    Self::Client(law) => law.holds(&party.client()),
                    $(Self::$Name(law) => party.$folder().is_none_or(|of| law.holds(of)),)*
                }
            }

            /// True if it says nothing of a run in which no client asked anything.
            #[must_use]
            pub fn is_about_operations(self) -> bool {
                match self {
                    Self::Client(law) => law.is_about_operations(),
                    $(Self::$Name(_) => false,)*
                }
            }

            /// Why it says nothing of what happened in a party: what it is about never did.
            #[must_use]
            pub fn idle(self, party: &Party<'_>) -> Option<&'static str> {
                match self {
                    Self::Client(law) => law.idle(&party.client()),
                    $(Self::$Name(law) => party.$folder().and_then(|of| law.idle(of)),)*
                }
            }

            /// What was seen of it in some parties.
            #[must_use]
            pub fn measured(self, each: &[Party<'_>], nodes: &NodeTable) -> String {
                match self {
                    Self::Client(law) => {
                        let each: Vec<_> = each.iter().map(Party::client).collect();
                        law.measured(&each)
                    }
                    $(Self::$Name(law) => {
                        let each: Vec<_> = each.iter().filter_map(Party::$folder).collect();
                        law.measured(&each, nodes)
                    })*
                }
            }

            /// The events of some parties that show best whether it holds.
            #[must_use]
            pub fn evidence(self, each: &[Party<'_>]) -> Vec<u32> {
                match self {
                    Self::Client(law) => {
                        let each: Vec<_> = each.iter().map(Party::client).collect();
                        law.evidence(&each)
                    }
                    $(Self::$Name(law) => {
                        let each: Vec<_> = each.iter().filter_map(Party::$folder).collect();
                        law.evidence(&each)
                    })*
                }
            }
        }
    };
}

pub(in super::super) use laws;
