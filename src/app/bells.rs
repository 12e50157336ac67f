//! Who wakes whom.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use crate::worker::Bell;

/// Wakes the workers as soon as there is something to do. What another instance left is found at the next look.
#[derive(Clone, Debug, Default)]
pub(super) struct Bells {
    pub turns: Bell,
    /// For talks that were ended; what Zalo tells of our messages can wait, and is much.
    pub receipts: Bell,
    pub replies: Bell,
    pub notices: Bell,
    pub attachments: Bell,
}

/// What an officer sent in may have left something to do: a message, news, an ended talk, a file to be fetched again.
pub(super) async fn ring_after_forms(State(bells): State<Bells>, request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST;
    let response = next.run(request).await;
    if is_form {
        let Bells { turns: _, receipts, replies, notices, attachments } = &bells;
        [receipts, replies, notices, attachments].into_iter().for_each(Bell::ring);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_form_that_was_sent_wakes_whoever_may_have_something_to_do_and_a_look_wakes_nobody() {
        let bells = Bells::default();
        let office = Router::new()
            .route("/admin", get(StatusCode::OK).post(StatusCode::SEE_OTHER))
            .layer(from_fn_with_state(bells.clone(), ring_after_forms));
        let ask = |method| Request::builder().method(method).uri("/admin").body(Body::empty()).expect("a request");
        let rung = || [&bells.receipts, &bells.replies, &bells.notices, &bells.attachments].map(Bell::was_rung);

        office.clone().oneshot(ask(Method::GET)).await.expect("an answer");
        assert_eq!(rung(), [false; 4]);
        office.clone().oneshot(ask(Method::POST)).await.expect("an answer");
        assert_eq!(rung(), [true; 4]);
        assert!(!bells.turns.was_rung());
    }
}
