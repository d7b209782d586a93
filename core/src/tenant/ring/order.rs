//! What an order asks of a machine of a cluster that keeps a map.

use super::message::Request;
use crate::tenant::Order;

/// The request that an order is; nothing if machines here do not understand it.
#[must_use]
pub fn order(order: &Order) -> Option<Request> {
    Some(match order {
        Order::Leave => Request::Leave,
        Order::Weight(weight) => Request::Weight(*weight),
        Order::Work(work) => Request::Work(work.clone()),
    })
}
