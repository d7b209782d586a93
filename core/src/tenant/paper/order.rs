//! What an order asks of a survey.

use super::message::Request;
use crate::tenant::Order;

/// The request that an order is: nothing, as the nodes of a survey are names, and it is revised itself.
#[must_use]
pub fn order(order: &Order) -> Option<Request> {
    match order {
        Order::Leave | Order::Weight(_) | Order::Work(_) => None,
    }
}
