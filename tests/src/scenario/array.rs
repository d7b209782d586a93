//! Reads from the environment which part of a sweep this process should run.
//!
//! A scheduler of job arrays starts one command many times and gives each start its index in an
//! environment variable. Two variables of our own fill the gaps: `SHARDLAB_PART_COUNT` for schedulers
//! that give the index but not the count, and `SHARDLAB_PART_INDEX` for those that give neither.

use super::seed::Share;

/// The index of this part, counted from 0.
const INDEX: &str = "SHARDLAB_PART_INDEX";
/// How many parts there are.
const COUNT: &str = "SHARDLAB_PART_COUNT";
/// An indexed Job of Kubernetes numbers its pods from 0 and does not tell them how many they are.
const KUBERNETES: &str = "JOB_COMPLETION_INDEX";

/// The variables of a scheduler that gives both the index and the count.
struct Pair {
    index: &'static str,
    count: &'static str,
    /// The index of the first part.
    first: u64,
}

/// CI matrices and job arrays, with the variables that their manuals name.
const PAIRS: [Pair; 8] = [
    // GitLab
    Pair { index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", first: 1 },
    Pair { index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL", first: 0 },
    Pair { index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT", first: 0 },
    Pair { index: "BITBUCKET_PARALLEL_STEP", count: "BITBUCKET_PARALLEL_STEP_COUNT", first: 0 },
    Pair { index: "SEMAPHORE_JOB_INDEX", count: "SEMAPHORE_JOB_COUNT", first: 1 },
    // Azure Pipelines
    Pair { index: "SYSTEM_JOBPOSITIONINPHASE", count: "SYSTEM_TOTALJOBSINPHASE", first: 1 },
    Pair { index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE", first: 0 },
    Pair { index: "CLOUD_RUN_TASK_INDEX", count: "CLOUD_RUN_TASK_COUNT", first: 0 },
];

/// A part, and the variables that it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The part.
    pub share: Share,
    /// The variables with their values, as one would type them.
    pub source: String,
}

/// The part that the variables ask for: none outside an array, an error where they contradict each
/// other or do not say how many parts there are.
pub fn found(environment: impl Fn(&str) -> Option<String>) -> Result<Option<Found>, String> {
    let read = Variables(&environment);
    let all = [read.own()?, read.kubernetes()?, read.slurm()?].into_iter().flatten();
    let pairs = PAIRS.iter().map(|pair| read.pair(pair)).collect::<Result<Vec<_>, _>>()?;
    let mut all = all.chain(pairs.into_iter().flatten());
    let Some(first) = all.next() else { return read.nobody() };
    if let Some(other) = all.find(|other| other.share != first.share) {
        return Err(format!(
            "which part is this? {} makes it {}, but {} makes it {}; --part K/N decides",
            first.source, first.share, other.source, other.share
        ));
    }
    read.counted(first).map(Some)
}

/// Reads numbers out of an environment.
struct Variables<'e, E>(&'e E);

impl<E: Fn(&str) -> Option<String>> Variables<'_, E> {
    /// The number in a variable; what is empty is not set.
    fn number(&self, name: &str) -> Result<Option<u64>, String> {
        let Some(text) = (self.0)(name).filter(|text| !text.trim().is_empty()) else {
            return Ok(None);
        };
        let wrong = |_| format!("{name}={text} should be a whole number");
        text.trim().parse().map(Some).map_err(wrong)
    }

    /// How many parts there are, by our own variable.
    fn count(&self) -> Result<Option<u64>, String> {
        match self.number(COUNT)? {
            Some(0) => Err(format!("{COUNT}=0: there is at least one part")),
            count => Ok(count),
        }
    }

    /// Both of our own variables.
    fn own(&self) -> Result<Option<Found>, String> {
        let Some(index) = self.number(INDEX)? else { return Ok(None) };
        let Some(count) = self.count()? else {
            return Err(format!("{INDEX}={index} does not tell of how many parts: set {COUNT}"));
        };
        part(index, 0, count, format!("{INDEX}={index} {COUNT}={count}")).map(Some)
    }

    fn kubernetes(&self) -> Result<Option<Found>, String> {
        let Some(index) = self.number(KUBERNETES)? else { return Ok(None) };
        let Some(count) = self.count()? else {
            return Err(format!(
                "{KUBERNETES}={index} does not tell of how many parts: \
                 let the Job set {COUNT} to its completions, or give --part K/N"
            ));
        };
        part(index, 0, count, format!("{KUBERNETES}={index} {COUNT}={count}")).map(Some)
    }

    /// The task of a Slurm array. With a count of our own its tasks are numbered from 0, so that a few of
    /// them can be submitted again: Slurm tells such an array only of the tasks that it has itself.
    fn slurm(&self) -> Result<Option<Found>, String> {
        let word = |end: &str| format!("SLURM_ARRAY_TASK_{end}");
        let (id, min, max) = (word("ID"), word("MIN"), word("MAX"));
        let Some(task) = self.number(&id)? else { return Ok(None) };
        let (low, high) = (self.number(&min)?, self.number(&max)?);
        if let Some(count) = self.count()? {
            let source = format!("{id}={task} {COUNT}={count}");
            if let Some(high) = high.filter(|high| *high >= count) {
                let last = count - 1;
                return Err(format!(
                    "{max}={high}, but {COUNT}={count}: number the tasks 0-{last}"
                ));
            }
            return part(task, 0, count, source).map(Some);
        }
        let (step, count) = (self.number(&word("STEP"))?, self.number(&word("COUNT"))?);
        let open = || {
            format!(
                "{id}={task} does not tell of how many parts: set {COUNT} to all tasks of the array, \
                 numbered from 0, or give --part K/N"
            )
        };
        let (Some(low), Some(high)) = (low, high) else { return Err(open()) };
        let step = step.unwrap_or(1);
        let even = step > 0
            && (low..=high).contains(&task)
            && (task - low) % step == 0
            && count.is_none_or(|count| count.checked_sub(1) == Some((high - low) / step));
        if !even {
            return Err(format!(
                "{id}={task} is no task of an even array ({min}={low} {max}={high} step {step}{}): \
                 set {COUNT} to all tasks of the array, numbered from 0, or give --part K/N",
                count.map(|count| format!(", {count} tasks")).unwrap_or_default()
            ));
        }
        // One task of a larger array, submitted again, looks like this.
        if low == high && low > 1 {
            return Err(open());
        }
        let source = format!("{id}={task} {min}={low} {max}={high}");
        part((task - low) / step, 0, ((high - low) / step).saturating_add(1), source).map(Some)
    }

    fn pair(&self, pair: &Pair) -> Result<Option<Found>, String> {
        match (self.number(pair.index)?, self.number(pair.count)?) {
            (None, None) => Ok(None),
            // Many schedulers set both for every job: one that runs alone is the first of one.
            (_, Some(1)) => Ok(None),
            (Some(index), None) => match self.count()? {
                Some(count) => {
                    let source = format!("{}={index} {COUNT}={count}", pair.index);
                    part(index, pair.first, count, source).map(Some)
                }
                None => Err(format!(
                    "{}={index} does not tell of how many parts: {} is not set",
                    pair.index, pair.count
                )),
            },
            (None, Some(count)) => {
                Err(format!("{}={count}, but {} is not set", pair.count, pair.index))
            }
            (Some(index), Some(count)) => {
                let source = format!("{}={index} {}={count}", pair.index, pair.count);
                part(index, pair.first, count, source).map(Some)
            }
        }
    }

    /// What a count of our own means where nobody tells the number.
    fn nobody(&self) -> Result<Option<Found>, String> {
        match self.count()? {
            None | Some(1) => Ok(None),
            Some(count) => Err(format!(
                "{COUNT}={count}, but no variable tells which part this is: \
                 set {INDEX}, counted from 0, or give --part K/N"
            )),
        }
    }

    /// The part, unless our own count says that there are more or fewer.
    fn counted(&self, found: Found) -> Result<Found, String> {
        match self.count()? {
            Some(count) if count != found.share.of => Err(format!(
                "how many parts are there? {} makes it {}, but {COUNT}={count}; --part K/N decides",
                found.source, found.share.of
            )),
            _ => Ok(found),
        }
    }
}

/// The part with that number, if the first of them has the number `first`.
fn part(number: u64, first: u64, of: u64, source: String) -> Result<Found, String> {
    match number.checked_sub(first) {
        Some(index) if index < of => Ok(Found { share: Share { number: index + 1, of }, source }),
        _ => {
            let last = first.saturating_add(of - 1);
            Err(format!("{source}: the parts are numbered {first} to {last}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variables of a Slurm task.
    macro_rules! slurm {
        ($id:literal, $min:literal, $max:literal, $count:literal, $step:literal) => {
            concat!(
                "SLURM_ARRAY_TASK_ID=",
                $id,
                " SLURM_ARRAY_TASK_MIN=",
                $min,
                " SLURM_ARRAY_TASK_MAX=",
                $max,
                " SLURM_ARRAY_TASK_COUNT=",
                $count,
                " SLURM_ARRAY_TASK_STEP=",
                $step,
            )
        };
    }

    /// The part that some variables stand for, as `K/N`.
    fn told(variables: &str) -> Result<String, String> {
        let lookup = |name: &str| {
            let mut pairs = variables.split_whitespace().filter_map(|pair| pair.split_once('='));
            pairs.find(|(it, _)| *it == name).map(|(_, value)| value.to_owned())
        };
        found(lookup).map(|found| found.map_or_else(|| "none".into(), |it| it.share.to_string()))
    }

    #[test]
    fn a_part_comes_from_the_array_around() {
        for (variables, part) in [
            ("", "none"),
            ("JOB_COMPLETION_INDEX=0 SHARDLAB_PART_COUNT=20", "1/20"),
            ("JOB_COMPLETION_INDEX=19 SHARDLAB_PART_COUNT=20", "20/20"),
            ("SHARDLAB_PART_INDEX=3 SHARDLAB_PART_COUNT=8", "4/8"),
            ("SHARDLAB_PART_COUNT=1", "none"),
            (slurm!(3, 0, 15, 16, 1), "4/16"),
            (slurm!(1, 1, 5, 5, 1), "1/5"),
            (slurm!(14, 10, 18, 3, 4), "2/3"),
            // The last step of 0-15:4 is 12, and Slurm may call the end 15 or 12.
            (slurm!(12, 0, 15, 4, 4), "4/4"),
            (slurm!(0, 0, 0, 1, 1), "1/1"),
            ("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4", "2/4"),
            ("CI_NODE_INDEX=1 CI_NODE_TOTAL=4", "1/4"),
            ("CI_NODE_INDEX=4 CI_NODE_TOTAL=4", "4/4"),
            ("CI_NODE_TOTAL=1", "none"),
            ("CIRCLE_NODE_INDEX=0 CIRCLE_NODE_TOTAL=4", "1/4"),
            ("CIRCLE_NODE_INDEX=0 CIRCLE_NODE_TOTAL=1", "none"),
            ("BUILDKITE_PARALLEL_JOB=9 BUILDKITE_PARALLEL_JOB_COUNT=10", "10/10"),
            ("BITBUCKET_PARALLEL_STEP=1 BITBUCKET_PARALLEL_STEP_COUNT=3", "2/3"),
            ("SEMAPHORE_JOB_INDEX=1 SEMAPHORE_JOB_COUNT=3", "1/3"),
            ("SYSTEM_JOBPOSITIONINPHASE=2 SYSTEM_TOTALJOBSINPHASE=3", "2/3"),
            ("AWS_BATCH_JOB_ARRAY_INDEX=2 AWS_BATCH_JOB_ARRAY_SIZE=3", "3/3"),
            ("CLOUD_RUN_TASK_INDEX=2 CLOUD_RUN_TASK_COUNT=3", "3/3"),
            ("CI_NODE_INDEX=2 SHARDLAB_PART_COUNT=4", "2/4"),
            (
                "CI_NODE_INDEX=18446744073709551615 CI_NODE_TOTAL=18446744073709551615",
                "18446744073709551615/18446744073709551615",
            ),
            // Two that say the same are one.
            ("CI_NODE_INDEX=2 CI_NODE_TOTAL=4 SHARDLAB_PART_INDEX=1 SHARDLAB_PART_COUNT=4", "2/4"),
        ] {
            assert_eq!(told(variables).as_deref(), Ok(part), "{variables}");
        }
    }

    #[test]
    fn tasks_of_a_slurm_array_that_run_again_keep_their_part() {
        // `sbatch --array=7`, and `--array=3,7`, of an array that was 0-19.
        let again = concat!(slurm!(7, 7, 7, 1, 1), " SHARDLAB_PART_COUNT=20");
        assert_eq!(told(again).as_deref(), Ok("8/20"));
        let again = concat!(slurm!(7, 3, 7, 2, 1), " SHARDLAB_PART_COUNT=20");
        assert_eq!(told(again).as_deref(), Ok("8/20"));
        // Without the count they are refused: they would take another part than before.
        for again in [slurm!(7, 7, 7, 1, 1), slurm!(7, 3, 7, 2, 1)] {
            let told = told(again).unwrap_err();
            assert!(told.contains("set SHARDLAB_PART_COUNT to all tasks"), "{told}");
        }
    }

    #[test]
    fn variables_that_contradict_or_say_too_little_are_told() {
        for (variables, words) in [
            ("JOB_COMPLETION_INDEX=3", "let the Job set SHARDLAB_PART_COUNT"),
            ("JOB_COMPLETION_INDEX=20 SHARDLAB_PART_COUNT=20", "numbered 0 to 19"),
            ("SHARDLAB_PART_INDEX=3", "set SHARDLAB_PART_COUNT"),
            ("SHARDLAB_PART_COUNT=5", "set SHARDLAB_PART_INDEX"),
            ("SHARDLAB_PART_INDEX=0 SHARDLAB_PART_COUNT=0", "at least one part"),
            ("SLURM_ARRAY_TASK_ID=3", "set SHARDLAB_PART_COUNT"),
            (concat!(slurm!(3, 1, 20, 20, 1), " SHARDLAB_PART_COUNT=20"), "number the tasks 0-19"),
            (slurm!(3, 0, 8, 3, 4), "no task of an even array"),
            (slurm!(3, 0, 8, 9, 0), "no task of an even array"),
            (slurm!(3, 4, 2, 9, 1), "no task of an even array"),
            ("CI_NODE_INDEX=0 CI_NODE_TOTAL=4", "numbered 1 to 4"),
            ("CI_NODE_INDEX=5 CI_NODE_TOTAL=4", "numbered 1 to 4"),
            ("CI_NODE_TOTAL=4", "CI_NODE_INDEX is not set"),
            ("CIRCLE_NODE_INDEX=one CIRCLE_NODE_TOTAL=4", "should be a whole number"),
            ("CIRCLE_NODE_INDEX=-1 CIRCLE_NODE_TOTAL=4", "should be a whole number"),
            ("CI_NODE_INDEX=2 CI_NODE_TOTAL=4 SHARDLAB_PART_COUNT=5", "SHARDLAB_PART_COUNT=5"),
            (
                "CI_NODE_INDEX=2 CI_NODE_TOTAL=4 CIRCLE_NODE_INDEX=2 CIRCLE_NODE_TOTAL=4",
                "makes it 2/4, but CIRCLE_NODE_INDEX=2 CIRCLE_NODE_TOTAL=4 makes it 3/4",
            ),
            ("CI_NODE_INDEX=2", "CI_NODE_TOTAL is not set"),
        ] {
            let told = told(variables).unwrap_err();
            assert!(told.contains(words), "{variables}: {told}");
        }
    }
}
