//! Memory and PostgreSQL are asked the same and answer the same, but for ids and times.

use std::collections::HashMap;

use loadgen_target::Config as Target;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::{Harness, Storage};

/// So few that the ceiling is met.
const MAX_RECORDS: usize = 4;

/// A request about records by number, 0 being the latest that was made; a number too high names nobody.
#[derive(Debug, Clone)]
enum Ask {
    CreateUser(Value),
    CreateOrder(usize, Value),
    ChangeUser(&'static str, usize, Value),
    ChangeOrder(&'static str, usize, Value, Option<usize>),
    Get(&'static str, usize),
    Delete(&'static str, usize),
    List(&'static str, u32, u32),
}

fn ask() -> impl Strategy<Value = Ask> {
    let which = || prop::sample::select(vec![0, 0, 0, 1, 1, 2, 3, 9]);
    let of = || prop::sample::select(vec!["users", "orders"]);
    let write = || prop::sample::select(vec!["PUT", "PATCH"]);
    prop_oneof![
        4 => user(0.95).prop_map(Ask::CreateUser),
        6 => (which(), order(0.95, 0.05)).prop_map(|(user, order)| Ask::CreateOrder(user, order)),
        2 => (write(), which(), user(0.7)).prop_map(|(method, user, to)| Ask::ChangeUser(method, user, to)),
        6 => (write(), which(), order(0.3, 0.7), prop::option::weighted(0.1, which()))
            .prop_map(|(method, order, to, user)| Ask::ChangeOrder(method, order, to, user)),
        1 => (of(), which()).prop_map(|(of, which)| Ask::Get(of, which)),
        2 => (of(), which()).prop_map(|(of, which)| Ask::Delete(of, which)),
        2 => (of(), 1..4_u32, 1..4_u32).prop_map(|(of, page, limit)| Ask::List(of, page, limit)),
    ]
}

/// The fields of a user, each as likely as `share`. Some addresses differ in case alone.
fn user(share: f64) -> impl Strategy<Value = Value> {
    let name = prop::option::weighted(share, prop::sample::select(vec!["Ann", "Bö", "😀 'x\" \\"]));
    let email = ["a@x.org", "A@X.org", "b@x.org", "ü@x.org", "Ü@x.org", "c@x.org"];
    (name, prop::option::weighted(share, prop::sample::select(email.to_vec())))
        .prop_map(|(name, email)| present([("name", json!(name)), ("email", json!(email))]))
}

/// The fields of an order, items and status as likely as these say.
fn order(items: f64, status: f64) -> impl Strategy<Value = Value> {
    let item = (1..4_u32, 0..100_000_u32, any::<bool>()).prop_map(|(quantity, cents, both)| {
        let name = if both { json!("Tea\u{1}") } else { Value::Null };
        let price = json!(f64::from(cents) / 100.0);
        present([("sku", json!("A-1")), ("name", name), ("quantity", json!(quantity)), ("price", price)])
    });
    let steps = ["pending", "paid", "paid", "shipped", "delivered", "cancelled"];
    (
        prop::option::weighted(items, prop::collection::vec(item, 1..3)),
        prop::option::weighted(status, prop::sample::select(steps.to_vec())),
        prop::option::weighted(0.05, 0..3_u32),
    )
        .prop_map(|(items, status, total)| {
            present([("items", json!(items)), ("status", json!(status)), ("total", json!(total))])
        })
}

/// The fields that are not null.
fn present<const N: usize>(fields: [(&str, Value); N]) -> Value {
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A target, and the ids of what was made in it.
struct Side {
    target: Harness,
    ids: HashMap<&'static str, Vec<String>>,
}

impl Side {
    async fn new(storage: Storage) -> Self {
        let config = Target { max_records: MAX_RECORDS, ..Target::default() };
        Self { target: Harness::on_with(storage, config).await, ids: HashMap::new() }
    }

    fn id(&self, of: &str, which: usize) -> &str {
        let id = self.ids.get(of).and_then(|ids| ids.iter().rev().nth(which));
        id.map_or("00000000-0000-4000-8000-000000000000", String::as_str)
    }

    /// The status and the body, where ids are numbers and times say only whether there was a change.
    async fn answer(&mut self, ask: &Ask) -> (u16, Value) {
        let path = |of: &str, which: usize| format!("/{of}/{}", self.id(of, which));
        let with_user = |order: &Value, user: Option<usize>| {
            let mut order = order.clone();
            if let Some(user) = user {
                order["userId"] = json!(self.id("users", user));
            }
            order
        };
        let (made, answer) = match ask {
            Ask::CreateUser(user) => (Some("users"), self.target.json("POST", "/users", user).await),
            Ask::CreateOrder(user, order) => {
                let order = with_user(order, Some(*user));
                (Some("orders"), self.target.json("POST", "/orders", &order).await)
            }
            Ask::ChangeUser(method, user, to) => {
                (None, self.target.json(method, &path("users", *user), to).await)
            }
            Ask::ChangeOrder(method, order, to, user) => {
                let to = with_user(to, *user);
                (None, self.target.json(method, &path("orders", *order), &to).await)
            }
            Ask::Get(of, which) => (None, self.target.call("GET", &path(of, *which)).await),
            Ask::Delete(of, which) => (None, self.target.call("DELETE", &path(of, *which)).await),
            Ask::List(of, page, limit) => {
                (None, self.target.call("GET", &format!("/{of}?page={page}&limit={limit}")).await)
            }
        };
        let (status, mut body) = (answer.status.as_u16(), answer.body);
        if let (Some(of), 201) = (made, status) {
            let id = body["id"].as_str().unwrap().to_owned();
            self.ids.entry(of).or_default().push(id);
        }
        self.normalise(&mut body);
        (status, body)
    }

    fn normalise(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for time in ["createdAt", "updatedAt"] {
                    if let Some(time) = fields.get_mut(time) {
                        // `2026-01-31T08:00:00.125Z`, with as many digits as it takes.
                        let text = time.as_str().unwrap();
                        assert!(text.ends_with('Z') && text.len() <= 24, "{text}");
                        *time = Value::Null;
                    }
                }
                fields.values_mut().for_each(|value| self.normalise(value));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.normalise(value)),
            Value::String(text) => {
                let place =
                    self.ids.iter().find_map(|(of, ids)| Some((of, ids.iter().position(|id| id == text)?)));
                if let Some((of, place)) = place {
                    *text = format!("{of} {place}");
                }
            }
            _ => {}
        }
    }
}

#[test]
fn both_storages_answer_alike() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&prop::collection::vec(ask(), 40..80), |asks| {
        runtime.block_on(async {
            let (mut memory, mut postgres) =
                (Side::new(Storage::Memory).await, Side::new(Storage::Postgres).await);
            for ask in &asks {
                prop_assert_eq!(memory.answer(ask).await, postgres.answer(ask).await, "{:?}", ask);
            }
            Ok(())
        })
    });
    checked.unwrap();
}
