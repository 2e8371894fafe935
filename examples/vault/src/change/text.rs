//! The policy crate's words, as a request's file spells them.

/// A tier.
pub(super) mod tier {
    use openpass_policy::Tier;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for this form"
    )]
    pub(in crate::change) fn serialize<S: Serializer>(
        tier: &Tier,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(tier.as_str())
    }

    pub(in crate::change) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Tier, D::Error> {
        let name = String::deserialize(from)?;
        crate::parse_tier(&name).map_err(D::Error::custom)
    }
}

/// An auth method.
pub(super) mod method {
    use openpass_policy::AuthMethod;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for this form"
    )]
    pub(in crate::change) fn serialize<S: Serializer>(
        method: &AuthMethod,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(method.as_str())
    }

    pub(in crate::change) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<AuthMethod, D::Error> {
        let name = String::deserialize(from)?;
        crate::parse_auth_method(&name).ok_or_else(|| D::Error::custom("no such auth method"))
    }
}
