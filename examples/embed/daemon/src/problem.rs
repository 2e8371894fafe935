//! Refusals as HTTP says them (RFC 9457). `README.md` has the table.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use openpass_auth::{AuthError, CancelledBy, Unavailable};
use openpass_policy::{GrantError, Refusal};
use serde::Serialize;

use crate::store::StoreError;

/// The reason why a request came to nothing.
#[derive(Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    /// The seconds until it makes sense to ask again.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    fn new(kind: &str, status: StatusCode, title: &'static str, detail: impl ToString) -> Self {
        Self {
            kind: format!("urn:embed-daemon:{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.to_string(),
            retry_after: None,
        }
    }

    /// Nobody knows whose request it is.
    #[must_use]
    pub fn no_session() -> Self {
        let detail = "send your session token as `Authorization: Bearer TOKEN`";
        Self::new("no-session", StatusCode::UNAUTHORIZED, "no session", detail)
    }

    /// The request was sent to another name than this machine's.
    #[must_use]
    pub fn other_host() -> Self {
        let detail = "ask at http://127.0.0.1 and the daemon's port, and at no other name";
        Self::new(
            "other-host",
            StatusCode::MISDIRECTED_REQUEST,
            "another host",
            detail,
        )
    }

    /// The daemon is about to end.
    #[must_use]
    pub fn stopping() -> Self {
        let detail = "the daemon is about to end; ask again when it is back";
        Self::new(
            "stopping",
            StatusCode::SERVICE_UNAVAILABLE,
            "the daemon stops",
            detail,
        )
    }

    /// A part of the daemon ended without a word.
    #[must_use]
    pub fn broke(error: &dyn core::error::Error) -> Self {
        Self::new(
            "broke",
            StatusCode::INTERNAL_SERVER_ERROR,
            "a mistake in the daemon",
            error,
        )
    }

    /// The guard gave no grant.
    #[must_use]
    pub fn of_refusal(refusal: &Refusal) -> Self {
        let (status, title) = match refusal {
            Refusal::Denied(_) => (StatusCode::FORBIDDEN, "denied by policy"),
            Refusal::Malformed(_) => (StatusCode::INTERNAL_SERVER_ERROR, "a mistake in the daemon"),
            Refusal::NotRecorded(_) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "the log cannot be written",
            ),
            Refusal::Unlogged { refusal, .. } => return Self::of_refusal(refusal),
            Refusal::NotAuthenticated(error) => return Self::of_answer(refusal, error),
        };
        Self::new(refusal.kind(), status, title, refusal)
    }

    fn of_answer(refusal: &Refusal, error: &AuthError) -> Self {
        let kind = refusal.kind();
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        match error {
            AuthError::Unavailable(Unavailable::Busy { .. }) => {
                Self::new("busy", unavailable, "another question is up", error).retry(5)
            }
            AuthError::Unavailable(_) => Self::new(kind, unavailable, "nobody to ask", error),
            AuthError::Rejected { .. } => {
                Self::new(kind, StatusCode::UNAUTHORIZED, "a wrong answer", error)
            }
            AuthError::Cancelled(CancelledBy::Person) => {
                Self::new(kind, StatusCode::FORBIDDEN, "the person said no", error)
            }
            AuthError::Cancelled(_) => Self::new(kind, unavailable, "the phone went away", error),
            AuthError::TimedOut => Self::new(
                kind,
                StatusCode::GATEWAY_TIMEOUT,
                "no answer in time",
                error,
            ),
            AuthError::LockedOut { retry_after } => {
                let wait = retry_after.map_or(60, |wait| wait.as_secs().saturating_add(1));
                Self::new(
                    kind,
                    StatusCode::TOO_MANY_REQUESTS,
                    "too many wrong answers",
                    error,
                )
                .retry(wait)
            }
            AuthError::Backend(_) => {
                Self::new(kind, StatusCode::BAD_GATEWAY, "the prompt broke", error)
            }
        }
    }

    /// The store did not take the grant, or could not write.
    #[must_use]
    pub fn of_store(error: &StoreError) -> Self {
        let (kind, status, title) = match error {
            StoreError::Grant(GrantError::OtherIssuer) => (
                "other-guard",
                StatusCode::INTERNAL_SERVER_ERROR,
                "a mistake in the daemon",
            ),
            StoreError::Grant(GrantError::PoliciesChanged) => (
                "policies-changed",
                StatusCode::CONFLICT,
                "the policies have changed",
            ),
            StoreError::Grant(GrantError::Expired) => {
                ("expired", StatusCode::CONFLICT, "the approval has expired")
            }
            StoreError::Grant(GrantError::OtherOperation) => (
                "state-changed",
                StatusCode::CONFLICT,
                "the state has changed",
            ),
            StoreError::Policies(_) => (
                "bad-policies",
                StatusCode::UNPROCESSABLE_ENTITY,
                "the policies do not load",
            ),
            StoreError::Files(_) => (
                "files",
                StatusCode::INSUFFICIENT_STORAGE,
                "the daemon's files",
            ),
            StoreError::Unlogged(_) => (
                "unlogged",
                StatusCode::INSUFFICIENT_STORAGE,
                "done, and not on the log",
            ),
        };
        Self::new(kind, status, title, error)
    }

    const fn retry(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let retry_after = self.retry_after;
        let mut response = Json(self).into_response();
        *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
