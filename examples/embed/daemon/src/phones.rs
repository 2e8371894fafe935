//! The phones that are connected, and the question on each.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{mpsc::UnboundedSender, oneshot};

use crate::wire::{Answer, Key, Question, ToPhone};

/// The outcome of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an answer that nobody maps would be lost"
)]
pub enum Verdict {
    /// The person said yes.
    Approved,
    /// The person said no.
    Denied,
    /// The answer was not made with the person's key.
    Forged,
}

#[derive(Debug)]
struct Phone {
    connection: u64,
    lines: UnboundedSender<ToPhone>,
    /// The question that is up, and the sender for its outcome. There is one at a time:
    /// the guard sees to that, by the prompt's place.
    open: Option<(Question, oneshot::Sender<Verdict>)>,
}

/// Every phone that is connected, by its person's name.
#[derive(Debug, Default)]
pub struct Phones(Mutex<HashMap<String, Phone>>);

impl Phones {
    /// Takes the phone of `name` in. An older connection of the same person ends, and
    /// its question with it.
    pub fn connect(&self, name: &str, connection: u64, lines: UnboundedSender<ToPhone>) {
        let phone = Phone {
            connection,
            lines,
            open: None,
        };
        drop(self.all().insert(name.to_owned(), phone));
    }

    /// Notes that this connection of `name` has ended.
    pub fn disconnect(&self, name: &str, connection: u64) {
        let mut all = self.all();
        if all
            .get(name)
            .is_some_and(|phone| phone.connection == connection)
        {
            drop(all.remove(name));
        }
    }

    /// Whether no phone is connected, so that nobody could be asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// Shows `question` to `name` until what is returned is dropped. `None` if their
    /// phone is not connected, or has a question up.
    #[must_use]
    pub fn show(&self, name: &str, question: Question) -> Option<Shown<'_>> {
        let mut all = self.all();
        let phone = all.get_mut(name).filter(|phone| phone.open.is_none())?;
        let (answer, answered) = oneshot::channel();
        phone.lines.send(ToPhone::Ask(question.clone())).ok()?;
        let id = question.id.clone();
        phone.open = Some((question, answer));
        Some(Shown {
            phones: self,
            name: name.to_owned(),
            id,
            answered,
        })
    }

    /// Takes an answer from the phone of `name`.
    ///
    /// # Errors
    ///
    /// The reason why it counts for nothing: no question of that id is up.
    pub fn answer(&self, name: &str, key: &Key, answer: &Answer) -> Result<(), &'static str> {
        let mut all = self.all();
        let open = all.get_mut(name).map(|phone| &mut phone.open);
        let open = open.ok_or("this phone is connected no more")?;
        match open.take_if(|(question, _)| question.id == answer.id) {
            None => Err("no question of that id is up; it was answered or has ended"),
            Some((question, asker)) => {
                let verdict = match (key.made(answer, &question), answer.approve) {
                    (false, _) => Verdict::Forged,
                    (true, true) => Verdict::Approved,
                    (true, false) => Verdict::Denied,
                };
                // Whoever asked may be gone in this very moment.
                let _heard = asker.send(verdict);
                Ok(())
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Phone>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question that is up, until this is dropped.
#[derive(Debug)]
#[must_use = "dropping it takes the question off the phone"]
pub struct Shown<'a> {
    phones: &'a Phones,
    name: String,
    id: String,
    answered: oneshot::Receiver<Verdict>,
}

impl Shown<'_> {
    /// Waits for the outcome of the question; `None` if the phone went away.
    pub async fn verdict(mut self) -> Option<Verdict> {
        (&mut self.answered).await.ok()
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        let mut all = self.phones.all();
        if let Some(phone) = all.get_mut(&self.name) {
            drop(phone.open.take_if(|(question, _)| question.id == self.id));
            // A phone that is gone shows nothing.
            let _told = phone.lines.send(ToPhone::Gone(self.id.clone()));
        }
    }
}
