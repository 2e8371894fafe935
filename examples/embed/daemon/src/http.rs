//! The routes on which the daemon answers.

use axum::{
    Json, Router,
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::{self, Next},
    response::Response,
    routing::post,
};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::{
    app::App,
    people::Person,
    problem::Problem,
    store::{Release, StoreError},
};

/// The daemon's routes.
pub fn routes(app: App) -> Router {
    Router::new()
        .route("/deploy", post(deploy))
        .route("/reload", post(reload))
        .layer(middleware::from_fn(only_for_this_machine))
        .with_state(app)
}

/// Refuses what was sent to another name. A page that has its own name lead to this machine
/// (DNS rebinding) sends that name.
async fn only_for_this_machine(request: Request, next: Next) -> Result<Response, Problem> {
    let host = request.headers().get(header::HOST);
    let authority = host.and_then(|it| it.to_str().ok());
    let name = authority.map(|it| it.split_once(':').map_or(it, |(name, _)| name));
    match name {
        Some("127.0.0.1" | "localhost") => Ok(next.run(request).await),
        _ => Err(Problem::other_host()),
    }
}

/// The person whose session it is. Nothing else of the request says who asks.
impl FromRequestParts<App> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let token = header.and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
        let person = token.and_then(|token| app.people.by_token(token));
        person.cloned().ok_or_else(Problem::no_session)
    }
}

async fn deploy(
    State(app): State<App>,
    who: Person,
    Json(release): Json<Release>,
) -> Result<Json<Value>, Problem> {
    let (store, person, wanted) = (app.store.clone(), who.clone(), release.clone());
    let operation = off_poll(move || store.propose(&person, &wanted)).await?;
    let code = operation.digest().code();
    let grant = app.authorize(operation).await?;
    // On a thread of its own: once begun it runs to its end, whether or not the client
    // is there still.
    off_poll(move || app.store.commit(grant, &who, &release)).await?;
    Ok(Json(json!({ "deployed": true, "code": code })))
}

async fn reload(State(app): State<App>, who: Person) -> Result<Json<Value>, Problem> {
    let (store, person) = (app.store.clone(), who.clone());
    let operation = off_poll(move || store.propose_policies(&person)).await?;
    let code = operation.digest().code();
    let grant = app.authorize(operation).await?;
    off_poll(move || app.store.reload(grant, &who)).await?;
    Ok(Json(json!({ "reloaded": true, "code": code })))
}

async fn off_poll<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let done = spawn_blocking(work).await;
    let done = done.map_err(|error| Problem::broke(&error))?;
    done.map_err(|error| Problem::of_store(&error))
}
