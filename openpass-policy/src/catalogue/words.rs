//! The words of a sample in a matrix. An enforcing build has none of these
//! texts.

#[cfg(feature = "author")]
pub(crate) use shown::{Each, Words};

#[cfg(not(feature = "author"))]
pub(crate) use unshown::Words;

#[cfg(feature = "author")]
mod shown {
    /// The words of a sample in a matrix.
    #[derive(Clone, Copy)]
    pub(crate) struct Words {
        /// The words for what the sample does.
        pub(crate) what: &'static str,
        /// The agents or tokens of a vault for which the sample is shown again, if
        /// there are some.
        pub(crate) each: Each,
    }

    /// The agents or tokens for which a sample is shown again, with its words then:
    /// `{}` is for the name.
    #[derive(Clone, Copy)]
    pub(crate) enum Each {
        Nothing,
        Agent(&'static str),
        Token(&'static str),
    }

    impl Words {
        pub(crate) const fn that(what: &'static str) -> Self {
            let each = Each::Nothing;
            Self { what, each }
        }

        pub(crate) const fn for_each_agent(self, what: &'static str) -> Self {
            let each = Each::Agent(what);
            Self { each, ..self }
        }

        pub(crate) const fn for_each_token(self, what: &'static str) -> Self {
            let each = Each::Token(what);
            Self { each, ..self }
        }
    }
}

#[cfg(not(feature = "author"))]
mod unshown {
    /// Nothing: there is no matrix.
    #[derive(Clone, Copy)]
    pub(crate) struct Words;

    impl Words {
        pub(crate) const fn that(_: &'static str) -> Self {
            Self
        }

        pub(crate) const fn for_each_agent(self, _: &'static str) -> Self {
            self
        }

        pub(crate) const fn for_each_token(self, _: &'static str) -> Self {
            self
        }
    }
}
