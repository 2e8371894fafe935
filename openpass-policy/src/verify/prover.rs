//! Questions to the solver, one for each kind of request.

use core::{
    future::Future,
    hash::{BuildHasher as _, Hasher as _},
    pin::pin,
    str::FromStr as _,
    task::{Context, Poll, Waker},
};
use std::{
    borrow::Cow,
    collections::HashMap,
    hash::RandomState,
    path::{Path, PathBuf},
    time::Duration,
};

use cedar_policy::{Policy, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::{
    CedarSymCompiler, CompiledPolicy, CompiledPolicySet, CompiledSchema, Env, SymEnv, err::Error,
};

use super::{
    VerifyError,
    counterexample::replay,
    known::{self, Known},
    refute::allows,
    solver::Cvc5,
};

/// Puts questions about policies to a solver, for every kind of request that
/// the schema knows: principal type, action, resource type.
pub(super) struct Prover {
    path: PathBuf,
    per_query: Duration,
    compiler: CedarSymCompiler<Cvc5>,
    schema: Schema,
    kinds: Vec<RequestKind>,
    cache: HashMap<(String, usize), CompiledPolicySet>,
    /// Whether a policy of a set chooses by `if`, by the set's name.
    chooses: HashMap<String, bool>,
}

/// One kind of request.
struct RequestKind {
    env: RequestEnv,
    symbolic: SymEnv,
}

/// The answer of the solver.
pub(super) enum Answer {
    /// It holds for every request.
    Holds,
    /// It does not hold for this one.
    Fails(Box<Env>),
    /// It could not tell.
    Unknown(String),
}

type SolverAnswer = Option<Result<Option<Env>, Error>>;

/// A set of policies with a name under which its compiled form is kept: two
/// sets of one name are the same.
pub(super) struct Named<'a> {
    pub(super) name: String,
    pub(super) policies: &'a PolicySet,
}

impl Prover {
    pub(super) fn new(
        path: &Path,
        per_query: Duration,
        schema: &Schema,
    ) -> Result<Self, VerifyError> {
        let compiled = CompiledSchema::new(schema).map_err(VerifyError::policies)?;
        let mut kinds = Vec::new();
        for env in schema.request_envs() {
            let symbolic = compiled.sym_env(&env).map_err(VerifyError::policies)?;
            kinds.push(RequestKind { env, symbolic });
        }
        // INVARIANT: with no kind of request, every statement would hold.
        if kinds.is_empty() {
            return Err(VerifyError::policies("the schema has no kind of request"));
        }
        kinds.sort_by_key(|kind| (kind.env.action().clone(), kind.env.principal().to_string()));
        let compiler =
            CedarSymCompiler::new(Cvc5::start(path, per_query)?).map_err(VerifyError::solver)?;
        Ok(Self {
            path: path.to_owned(),
            per_query,
            compiler,
            schema: schema.clone(),
            kinds,
            cache: HashMap::new(),
            chooses: HashMap::new(),
        })
    }

    /// Forgets a set: another may have its name, and its memory is of use.
    pub(super) fn forget(&mut self, name: &str) {
        self.cache.retain(|(known, _), _| known != name);
        self.chooses.remove(name);
    }

    /// Whether every request that `weaker` allows is allowed by `stronger`.
    pub(super) fn implies(
        &mut self,
        weaker: &Named<'_>,
        stronger: &Named<'_>,
    ) -> Result<Answer, VerifyError> {
        let canary = self.any_kind();
        for number in 0..self.kinds.len() {
            if number == canary
                && let Some(why) = self.refutes_what_is_false(number)?
            {
                return Ok(Answer::Unknown(why));
            }
            let first = self.compiled(weaker, number)?;
            let second = self.compiled(stronger, number)?;
            let compiler = &mut self.compiler;
            let answer = poll_once(compiler.check_implies_with_counterexample_opt(&first, &second));
            match self.settle(answer)? {
                Answer::Holds => {}
                other => return Ok(other),
            }
        }
        Ok(Answer::Holds)
    }

    /// Whether `policy` never fails, whatever the request.
    pub(super) fn never_errors(&mut self, policy: &Policy) -> Result<Answer, VerifyError> {
        let (canary, chooses) = (self.any_kind(), known::chooses(policy)?);
        for number in 0..self.kinds.len() {
            if number == canary
                && let Some(why) = self.refutes_what_is_false(number)?
            {
                return Ok(Answer::Unknown(why));
            }
            let compiled = self.compiled_policy(policy, number, chooses)?;
            let compiler = &mut self.compiler;
            let answer = poll_once(compiler.check_never_errors_with_counterexample_opt(&compiled));
            match self.settle(answer)? {
                Answer::Holds => {}
                other => return Ok(other),
            }
        }
        Ok(Answer::Holds)
    }

    /// Whether there is a request that `policy` matches: `Fails` with it.
    pub(super) fn never_matches(&mut self, policy: &Policy) -> Result<Answer, VerifyError> {
        let (canary, chooses) = (self.any_kind(), known::chooses(policy)?);
        for number in 0..self.kinds.len() {
            if number == canary
                && let Some(why) = self.refutes_what_is_false(number)?
            {
                return Ok(Answer::Unknown(why));
            }
            let compiled = self.compiled_policy(policy, number, chooses)?;
            let compiler = &mut self.compiler;
            let answer = poll_once(compiler.check_never_matches_with_counterexample_opt(&compiled));
            match self.settle(answer)? {
                Answer::Holds => {}
                other => return Ok(other),
            }
        }
        Ok(Answer::Holds)
    }

    /// A kind of request, so that a solver cannot count when it is tested.
    fn any_kind(&self) -> usize {
        let random = RandomState::new().build_hasher().finish();
        usize::try_from(random).unwrap_or_default() % self.kinds.len().max(1)
    }

    /// Puts a statement to the solver that is false, among those that are in
    /// question.
    ///
    /// INVARIANT: no statement counts as proved unless the solver has refuted
    /// this one meanwhile, by an example that Cedar confirms. A solver that
    /// always says "unsat" would prove everything. One that cannot tell leaves
    /// the statement in question open; why is what comes back.
    fn refutes_what_is_false(&mut self, number: usize) -> Result<Option<String>, VerifyError> {
        let set = |condition| {
            let text = format!("permit (principal, action, resource) when {{ {condition} }};");
            PolicySet::from_str(&text).map_err(VerifyError::policies)
        };
        let (attended, unattended) = (set("context.attended")?, set("!context.attended")?);
        let named = |name: &str, policies| Named {
            name: name.to_owned(),
            policies,
        };
        let first = self.compiled(&named("somebody is there", &attended), number)?;
        let second = self.compiled(&named("nobody is there", &unattended), number)?;
        let compiler = &mut self.compiler;
        let answer = poll_once(compiler.check_implies_with_counterexample_opt(&first, &second));
        let cannot_tell = matches!(answer, Some(Err(Error::SolverUnknown)));
        let env = match self.settle(answer)? {
            Answer::Fails(env) => env,
            Answer::Holds => {
                return Err(VerifyError::solver("it proves a statement that is false"));
            }
            Answer::Unknown(why) if cannot_tell => return Ok(Some(why)),
            Answer::Unknown(why) => return Err(VerifyError::solver(why)),
        };
        if allows(&replay(&env, &attended)) && !allows(&replay(&env, &unattended)) {
            Ok(None)
        } else {
            Err(VerifyError::solver(
                "its example does not refute what it says it refutes",
            ))
        }
    }

    fn compiled(
        &mut self,
        set: &Named<'_>,
        number: usize,
    ) -> Result<CompiledPolicySet, VerifyError> {
        let key = (set.name.clone(), number);
        if let Some(compiled) = self.cache.get(&key) {
            return Ok(compiled.clone());
        }
        let chooses = self.chooses(set)?;
        let kind = self.kind(number)?;
        let policies = match chooses {
            true => Cow::Owned(Known::of(kind.env.action()).in_set(set.policies)?),
            false => Cow::Borrowed(set.policies),
        };
        let compiled = CompiledPolicySet::compile_with_custom_symenv(
            &policies,
            &kind.env,
            &self.schema,
            kind.symbolic.clone(),
        )
        .map_err(VerifyError::policies)?;
        self.cache.insert(key, compiled.clone());
        Ok(compiled)
    }

    /// Whether a policy of `set` chooses by `if`.
    fn chooses(&mut self, set: &Named<'_>) -> Result<bool, VerifyError> {
        if let Some(chooses) = self.chooses.get(&set.name) {
            return Ok(*chooses);
        }
        let mut chooses = false;
        for policy in set.policies.policies() {
            chooses |= known::chooses(policy)?;
        }
        self.chooses.insert(set.name.clone(), chooses);
        Ok(chooses)
    }

    fn compiled_policy(
        &self,
        policy: &Policy,
        number: usize,
        chooses: bool,
    ) -> Result<CompiledPolicy, VerifyError> {
        let kind = self.kind(number)?;
        let policy = match chooses {
            true => Cow::Owned(Known::of(kind.env.action()).in_policy(policy)?),
            false => Cow::Borrowed(policy),
        };
        CompiledPolicy::compile_with_custom_symenv(
            &policy,
            &kind.env,
            &self.schema,
            kind.symbolic.clone(),
        )
        .map_err(VerifyError::policies)
    }

    fn kind(&self, number: usize) -> Result<&RequestKind, VerifyError> {
        let missing = || VerifyError::policies("a kind of request is missing");
        self.kinds.get(number).ok_or_else(missing)
    }

    /// Tells an answer from a failure. After a failure that may have ended the solver,
    /// another solver is started.
    fn settle(&mut self, answer: SolverAnswer) -> Result<Answer, VerifyError> {
        match answer {
            Some(Ok(None)) => Ok(Answer::Holds),
            Some(Ok(Some(env))) => Ok(Answer::Fails(Box::new(env))),
            Some(Err(Error::CompileError(error))) => Err(VerifyError::policies(error)),
            failure => {
                let why = failure.and_then(Result::err).map(|error| error.to_string());
                let why = why.unwrap_or_else(|| "the solver did not answer".to_owned());
                let why = crate::policy_error::escaped(&why);
                let fresh = Cvc5::start(&self.path, self.per_query)?;
                self.compiler = CedarSymCompiler::new(fresh).map_err(VerifyError::solver)?;
                Ok(Answer::Unknown(why))
            }
        }
    }
}

/// Runs a future whose every step is ready: our solver blocks, so that no
/// runtime is needed. `None` if it was not ready after all.
fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}
