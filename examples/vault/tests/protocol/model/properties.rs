//! What must hold in every state, and what must be reached in some.

use stateright::Property;

use super::{
    Protocol,
    disk::{Ended, Line, Which},
    world::World,
};

/// Whether the last step broke no invariant of this name.
fn unbroken(world: &World, name: &str) -> bool {
    world.broken != Some(name)
}

fn has(world: &World, of: Which, ended: Ended) -> bool {
    world.guard.lines.contains(&Line::Outcome(of, ended))
}

fn are(world: &World, of: Which) -> bool {
    world.is_at_rest() && world.files.iter().all(|it| it.content == of.after())
}

/// Every property: each invariant, and what has to be reached.
pub(super) fn all(protocol: &Protocol) -> Vec<Property<Protocol>> {
    let mut all = always();
    all.extend(sometimes());
    if protocol.crashes > 0 {
        all.extend(broken_off());
    }
    if protocol.bad_syncs > 0 {
        let name = "what the disk did not confirm is done all the same";
        all.push(Property::sometimes(name, |_, world: &World| {
            let unconfirmed = Line::Unconfirmed(Which::Widening);
            world.guard.lines.contains(&unconfirmed) && has(world, Which::Widening, Ended::Done)
        }));
    }
    if protocol.grants_end {
        let name = "a grant that is over permits nothing";
        all.push(Property::sometimes(name, |_, world: &World| {
            let intent = Line::Intent(Which::Widening);
            let refused = Line::Outcome(Which::Widening, Ended::Refused);
            world.guard.lines == [intent, refused] && !world.is_told()
        }));
    }
    if protocol.edits > 0 && protocol.crashes > 0 {
        let name = "a file that somebody wrote since is not put back over, and is named";
        all.push(Property::sometimes(name, |_, world: &World| {
            world.is_at_rest() && has(world, Which::Widening, Ended::Left)
        }));
    }
    if protocol.rolls_back && protocol.crashes > 0 {
        let name = "an outcome is lost with a line";
        all.push(Property::sometimes(name, |_, world: &World| {
            has(world, Which::Widening, Ended::Lost)
        }));
    }
    all
}

fn always() -> Vec<Property<Protocol>> {
    vec![
        // A file is replaced only when the log has the intent, and what is about to be
        // replaced by what.
        Property::always("no_effect_without_intent", |_, world: &World| {
            unbroken(world, "no_effect_without_intent")
        }),
        // Power is given only by a grant that its process redeemed under the settings and
        // policies that it was given under. Recovery finishes it only for a person's own
        // next change, in time and under the same terms, or where its process has replaced
        // every file and said so.
        Property::always("no_widening_without_its_grant", |_, world: &World| {
            unbroken(world, "no_widening_without_its_grant")
        }),
        // At rest, the files that nobody wrote from outside are all of one change. Else a
        // guard folder that was put back tells of the difference, or a process was killed
        // while it took back its own narrowing, and the outcome names the files.
        Property::always("never_a_mixture", |_, world: &World| {
            let narrowing = Which::Narrowing;
            let took_back =
                world.past[narrowing as usize].undone && has(world, narrowing, Ended::Left);
            if !world.is_at_rest() || world.is_rolled_back_and_told() || took_back {
                return true;
            }
            let mut ours = world.files.iter().filter(|file| !file.from_outside);
            let first = ours.next();
            ours.all(|file| Some(file.content) == first.map(|it| it.content))
        }),
        // Of every file of a change that the log calls done, the new content was there.
        Property::always("log_never_says_done_for_what_is_not", |_, world: &World| {
            unbroken(world, "log_never_says_done_for_what_is_not")
        }),
        // A change that the log calls failed has left nothing, but for files that took
        // power and that the outcome names.
        Property::always(
            "log_never_says_failed_for_what_stands",
            |_, world: &World| unbroken(world, "log_never_says_failed_for_what_stands"),
        ),
        // Recovery puts back nothing that gives more power than what is there.
        Property::always(
            "a_narrowing_is_not_undone_by_recovery",
            |_, world: &World| unbroken(world, "a_narrowing_is_not_undone_by_recovery"),
        ),
        // The log does not say that nothing had begun where files had been replaced.
        Property::always("what_was_put_back_is_told", |_, world: &World| {
            unbroken(world, "what_was_put_back_is_told")
        }),
        // Nobody gives a change an outcome while its own process is at it.
        Property::always(
            "a_running_change_is_left_to_its_process",
            |_, world: &World| unbroken(world, "a_running_change_is_left_to_its_process"),
        ),
        // A start that nobody else is at work beside leaves no unfinished file.
        Property::always("a_start_leaves_nothing_over", |_, world: &World| {
            unbroken(world, "a_start_leaves_nothing_over")
        }),
        // An outcome is called lost only where a line is missing.
        Property::always(
            "only_a_missing_line_loses_an_outcome",
            |_, world: &World| unbroken(world, "only_a_missing_line_loses_an_outcome"),
        ),
        // One change at a time is prepared and has no outcome, but for those that an older
        // log brings back.
        Property::always("one_change_at_a_time_is_prepared", |_, world: &World| {
            let open = world.guard.open();
            world.spent.rolled_back || open.iter().filter(|it| it.before.is_some()).count() <= 1
        }),
        // Each seal has the number behind the last one's.
        Property::always("seals_follow_each_other", |_, world: &World| {
            let sealed = world.guard.sealed();
            sealed
                .iter()
                .zip(1..)
                .all(|((_, seal), number)| *seal == number)
        }),
    ]
}

fn sometimes() -> Vec<Property<Protocol>> {
    vec![
        Property::sometimes("a widening is made", |_, world: &World| {
            are(world, Which::Widening)
        }),
        Property::sometimes("a narrowing is made", |_, world: &World| {
            are(world, Which::Narrowing)
        }),
        Property::sometimes("both are made, one behind the other", |_, world: &World| {
            Which::BOTH.iter().all(|of| has(world, *of, Ended::Done))
        }),
        Property::sometimes(
            "a change is refused because the other came first",
            |_, world: &World| {
                has(world, Which::Narrowing, Ended::Done)
                    && has(world, Which::Widening, Ended::Refused)
            },
        ),
    ]
}

/// What has to be reached where processes die.
fn broken_off() -> Vec<Property<Protocol>> {
    vec![
        Property::sometimes(
            "a widening that was broken off is put back",
            |_, world: &World| world.is_at_rest() && has(world, Which::Widening, Ended::PutBack),
        ),
        Property::sometimes(
            "a widening that was broken off is finished",
            |_, world: &World| world.spent.crashes > 0 && are(world, Which::Widening),
        ),
        Property::sometimes(
            "a narrowing that was broken off is finished",
            |_, world: &World| world.spent.crashes > 0 && are(world, Which::Narrowing),
        ),
        Property::sometimes("a change had not begun", |_, world: &World| {
            has(world, Which::Widening, Ended::NotBegun)
        }),
        Property::sometimes("nothing of a change stands", |_, world: &World| {
            has(world, Which::Widening, Ended::NothingStands)
        }),
    ]
}
