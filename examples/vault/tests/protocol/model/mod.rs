//! The protocol as a state machine.

pub(crate) mod action;
mod commit;
pub(crate) mod disk;
pub(crate) mod fault;
mod outside;
mod properties;
mod settle;
mod start;
mod tell;
pub(crate) mod world;

use stateright::{Model, Property};

use self::{
    action::{Action, Died, What, Who},
    disk::{Content, FILES, Which},
    fault::Fault,
    world::{At, By, World},
};

/// The protocol, with what may happen to it and how often.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Protocol {
    pub(crate) crashes: u8,
    pub(crate) edits: u8,
    pub(crate) bad_syncs: u8,
    pub(crate) rolls_back: bool,
    /// Whether grants may expire, and settings and policies change.
    pub(crate) grants_end: bool,
    pub(crate) fault: Option<Fault>,
    /// The only change that is asked for, if not both are.
    pub(crate) alone: Option<Which>,
}

impl Protocol {
    fn outside(&self, world: &World, actions: &mut Vec<Action>) {
        let spent = &world.spent;
        if spent.crashes < self.crashes {
            for who in [
                Who::Process(Which::Widening),
                Who::Process(Which::Narrowing),
                Who::Start,
            ] {
                if world.is_alive(who) {
                    actions.push(Action::Crash(who, Died::BetweenLines));
                }
                if world.is_about_to_write(who) {
                    actions.push(Action::Crash(who, Died::HalfALine));
                    actions.push(Action::Crash(who, Died::BeforeTheAnchor));
                }
            }
        }
        if spent.edits < self.edits && world.files_are_read_next() {
            for place in 0..FILES {
                let contents = [Content::Low, Content::Base, Content::Wide, Content::Theirs];
                let others = contents
                    .into_iter()
                    .filter(|content| *content != world.files[place].content);
                actions.extend(others.map(|content| Action::Edit(place, content)));
            }
        }
        if self.rolls_back && !spent.rolled_back {
            match &world.copy {
                // A whole state: nobody is at work on it.
                None if world.is_unlocked() => actions.push(Action::Copy),
                None => {}
                Some(_) => actions
                    .extend([What::Files, What::Guard, What::Both, What::Log].map(Action::PutBack)),
            }
        }
        if self.grants_end {
            let is_late = |of: &Which| world.process(*of).is_late;
            let late = Which::BOTH
                .into_iter()
                .filter(|of| !is_late(of) && world.grant_matters(*of, At::Granted));
            actions.extend(late.map(Action::Late));
            let overtakes = |of: &Which| {
                !world.process(*of).is_overtaken && world.grant_matters(*of, At::Settled)
            };
            if Which::BOTH.iter().any(overtakes) {
                actions.push(Action::Overtake);
            }
        }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.broken.is_some() {
            // What follows from a broken invariant is no second one.
            return;
        }
        for of in Which::BOTH {
            if self.alone.is_none_or(|alone| alone == of) {
                actions.push(Action::Ask(of, By::Person));
                // Who is asked to give power settles at most a change that takes it, and
                // that is finished for anybody.
                if of == Which::Narrowing {
                    actions.push(Action::Ask(of, By::Anybody));
                }
            }
            actions.push(Action::GoOn(of));
            if world.process(of).at == At::Replaced(FILES) && world.spent.bad_syncs < self.bad_syncs
            {
                actions.push(Action::SyncFails(of));
            }
        }
        match world.start {
            None => actions.extend([By::Person, By::Anybody].map(Action::Start)),
            Some(_) => actions.push(Action::StartGoesOn),
        }
        self.outside(world, actions);
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Ask(of, by) => world.ask(of, by)?,
            Action::GoOn(of) => drop(world.go_on(of, self.fault)?),
            Action::SyncFails(of) => {
                world.spent.bad_syncs += 1;
                world.process_mut(of).at = At::Unsynced;
            }
            Action::Start(by) => world.start(by)?,
            Action::StartGoesOn => world.start_goes_on(self.fault)?,
            Action::Crash(who, died) => world.crash(who, died),
            Action::Late(of) => world.process_mut(of).is_late = true,
            Action::Overtake => world.overtake(),
            Action::Edit(place, content) => world.edit(place, content),
            Action::Copy => world.copy = Some(Box::new((world.guard.clone(), world.files))),
            Action::PutBack(what) => world.put_back(what)?,
        }
        if !self.rolls_back {
            world.forget_what_is_over();
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all(self)
    }
}
