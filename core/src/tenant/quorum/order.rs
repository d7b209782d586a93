//! What an order asks of a machine of a quorum store.

use super::message::Request;
use crate::tenant::Order;

/// The request that an order is; nothing if machines here do not understand it.
#[must_use]
pub fn order(order: &Order) -> Option<Request> {
    Some(match order {
        Order::Work(work) => Request::Work(work.clone()),
        Order::Leave | Order::Weight(_) => return None,
    })
}
