//! A user: a name and an email address that no other user has.

use serde::Serialize;
use uuid::Uuid;

use super::{Timestamp, new_id};
use crate::problem::Problem;
use crate::request::Fields;

/// Characters in a name, at most.
pub(crate) const NAME_MAX: usize = 100;
/// Characters in an email address, at most (RFC 5321's path of 256 octets less its angle brackets; characters here, as
/// JSON Schema counts).
pub(crate) const EMAIL_MAX: usize = 254;
/// What `looks_like_email` takes, as a regular expression of ECMAScript.
pub(crate) const EMAIL_PATTERN: &str = r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@.\s\u0000-\u001f\u007f-\u009f]+(\.[^@.\s\u0000-\u001f\u007f-\u009f]+)+$";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) name: Box<str>,
    pub(crate) email: Box<str>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// The body of `POST /users`.
#[derive(Debug)]
pub(crate) struct UserDraft {
    name: Box<str>,
    email: Box<str>,
}

/// The body of `PUT` or `PATCH /users/{id}`.
#[derive(Debug)]
pub(crate) struct UserChange {
    pub(crate) name: Option<Box<str>>,
    pub(crate) email: Option<Box<str>>,
}

impl User {
    pub(crate) fn new(draft: UserDraft, now: Timestamp) -> Self {
        let UserDraft { name, email } = draft;
        Self { id: new_id(), name, email, created_at: now, updated_at: now }
    }

    /// The user after `change`.
    pub(crate) fn changed(&self, change: UserChange, now: Timestamp) -> Self {
        Self {
            id: self.id,
            name: change.name.unwrap_or_else(|| self.name.clone()),
            email: change.email.unwrap_or_else(|| self.email.clone()),
            created_at: self.created_at,
            updated_at: now,
        }
    }
}

impl UserDraft {
    pub(crate) fn read(mut fields: Fields) -> Result<Self, Problem> {
        let (name, email) = (fields.text("name", NAME_MAX)?, email(&mut fields)?);
        let draft = Self { name: fields.required("name", name)?, email: fields.required("email", email)? };
        fields.finish().map(|()| draft)
    }
}

impl UserChange {
    /// `PUT`: a name must be there. The address may be left out and stays then, for it identifies the user.
    pub(crate) fn read_put(mut fields: Fields) -> Result<Self, Problem> {
        let (name, email) = (fields.text("name", NAME_MAX)?, email(&mut fields)?);
        let change = Self { name: Some(fields.required("name", name)?), email };
        fields.finish().map(|()| change)
    }

    /// `PATCH`: any of the fields.
    pub(crate) fn read_patch(mut fields: Fields) -> Result<Self, Problem> {
        let change = Self { name: fields.text("name", NAME_MAX)?, email: email(&mut fields)? };
        fields.finish().map(|()| change)
    }
}

fn email(fields: &mut Fields) -> Result<Option<Box<str>>, Problem> {
    let Some(email) = fields.text("email", EMAIL_MAX)? else { return Ok(None) };
    if looks_like_email(&email) {
        return Ok(Some(email));
    }
    Err(fields.invalid("email", "must be an email address"))
}

/// Whether mail could have a chance to arrive; only sending one would tell for certain.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty()
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses() {
        for good in ["a@b.c", "first.last+tag@mail.example.co.uk", "ü@bücher.example"] {
            assert!(looks_like_email(good), "{good}");
        }
        let bad = ["", "a", "@b.c", "a@", "a@b", "a@b@c.d", "a b@c.d", "a@b..c", "a@.b", "a@b.", "a\n@b.c"];
        for bad in bad {
            assert!(!looks_like_email(bad), "{bad:?}");
        }
    }
}
