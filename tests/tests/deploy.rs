//! The files of `deploy/` do what they say: their commands, with the variables of each scheduler set by
//! hand, write parts that join into the summary of one whole sweep.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use harness::place;

const TEXT: &str = "\
title    Three nodes
end      1s
ring     a: 3 nodes, 8 vnodes
load     20 keys \"k:{n}\"
traffic  c: 20/s
expect   lost = 0
expect   messages < 110
";

const LAB: &str = env!("CARGO_BIN_EXE_lab");
const SEEDS: &str = "1..50";

/// An empty folder with the scenario in it.
fn folder(name: &str) -> PathBuf {
    let folder = place::scratch().join("deploy").join(name);
    drop(std::fs::remove_dir_all(&folder));
    place::write(&folder.join("scenario.lab"), TEXT).expect("a scenario");
    folder
}

fn deployed(name: &str) -> String {
    place::read(&place::root().join("deploy").join(name)).expect("a file to deploy")
}

/// A shell in a folder that knows the command `lab` and nothing of what runs these tests.
fn shell(folder: &Path, program: &str, arguments: &[&str], variables: &[(&str, String)]) -> Output {
    let beside = Path::new(LAB).parent().expect("a folder").display();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear();
    command.env("PATH", format!("{beside}:/usr/local/bin:/usr/bin:/bin"));
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.output().expect("a shell")
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What `lab` prints in a folder, and its exit code.
fn lab(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = shell(folder, LAB, arguments, &[]);
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

/// The files of the parts that a folder holds.
fn parts(folder: &Path) -> Vec<String> {
    let found = place::files(folder).into_iter();
    let found = found.filter(|file| file.extension().is_some_and(|end| end == "jsonl"));
    found.map(|file| file.display().to_string()).collect()
}

/// The parts of a folder joined, which must be what one sweep over all seeds says; some seeds fail.
fn joined_as_one(folder: &Path, count: usize) {
    let (whole, code) = lab(folder, &["sweep", "scenario.lab", "--seeds", SEEDS]);
    let counts = whole.split("\n\n#").next().unwrap_or_default();
    assert!(counts.contains("49 seeds") && code == Some(1), "{whole}");
    let parts = parts(folder);
    assert_eq!(parts.len(), count);
    let mut arguments = vec!["merge"];
    arguments.extend(parts.iter().map(String::as_str));
    let (joined, code) = lab(folder, &arguments);
    assert_eq!((joined.trim_end(), code), (counts.trim_end(), Some(1)));
}

/// The number behind some words of a text.
fn number(text: &str, words: &str) -> u64 {
    let rest = text.split_once(words).unwrap_or_else(|| panic!("no {words:?}")).1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

/// The lines of a folded block of YAML behind some words, as the one line that they mean.
fn folded(text: &str, words: &str) -> String {
    let rest = text.split_once(words).unwrap_or_else(|| panic!("no {words:?}")).1;
    let mut lines = rest.lines().skip(1).peekable();
    let deep = |line: &str| line.len() - line.trim_start().len();
    let depth = lines.peek().map_or(0, |line| deep(line));
    lines.take_while(|line| deep(line) == depth).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn pods_of_a_job_share_a_sweep() {
    let (folder, job) = (folder("job"), deployed("job.yaml"));
    let count = number(&job, "completions: ");
    let handed = number(&job, "SHARDLAB_PART_COUNT\n              value: \"");
    assert_eq!(count, handed, "the Job hands over another count than it has completions");
    let place = folder.display().to_string();
    let command = folded(&job, "- >-");
    let command = command.replace("/scenario/", &format!("{place}/"));
    let command = command.replace("/parts/", &format!("{place}/"));
    let pod = |index: u64, seeds: &str| {
        let variables = [
            ("JOB_COMPLETION_INDEX", index.to_string()),
            ("SHARDLAB_PART_COUNT", handed.to_string()),
            ("SEEDS", seeds.to_owned()),
        ];
        shell(&folder, "sh", &["-c", &command], &variables)
    };
    (0..count).for_each(|index| done(&pod(index, SEEDS)));
    joined_as_one(&folder, count as usize);
    // Bad input keeps its exit code, so that the Job fails at once; so does an index too many.
    assert_eq!(pod(0, "9..1").status.code(), Some(2));
    assert_eq!(pod(count, SEEDS).status.code(), Some(2));
}

#[test]
fn tasks_of_a_slurm_array_share_a_sweep_and_the_killed_run_again() {
    let (folder, script) = (folder("slurm"), deployed("array.sbatch"));
    let last = number(&script, "--array=0-");
    let count = number(&script, "SHARDLAB_PART_COUNT=");
    assert_eq!(last + 1, count, "the script hands over another count than its array has");
    let place = place::root().join("deploy/array.sbatch").display().to_string();
    let task = |id: u64, min: u64, max: u64, count: u64| {
        let variables = [("ID", id), ("MIN", min), ("MAX", max), ("COUNT", count), ("STEP", 1)];
        let variables = variables.map(|(end, value)| {
            let name: &str = match end {
                "ID" => "SLURM_ARRAY_TASK_ID",
                "MIN" => "SLURM_ARRAY_TASK_MIN",
                "MAX" => "SLURM_ARRAY_TASK_MAX",
                "COUNT" => "SLURM_ARRAY_TASK_COUNT",
                _ => "SLURM_ARRAY_TASK_STEP",
            };
            (name, value.to_string())
        });
        done(&shell(&folder, "bash", &[&place, "scenario.lab", SEEDS, "parts"], &variables));
    };
    (0..count).for_each(|id| task(id, 0, last, count));
    joined_as_one(&folder, count as usize);
    // Two tasks were killed: one within a line, one before its first. Their seeds are missing.
    let file = |id: u64| folder.join(format!("parts/part-{id}.jsonl"));
    let half = place::read(&file(3)).expect("a part");
    place::write(&file(3), &half[..half.len() / 2]).expect("half a part");
    place::write(&file(7), "").expect("an empty part");
    let files = parts(&folder);
    let mut merge = vec!["merge"];
    merge.extend(files.iter().map(String::as_str));
    let (told, _) = lab(&folder, &merge);
    assert!(told.contains("missing seeds: "), "{told}");
    // `sbatch --array=3,7`
    [3, 7].iter().for_each(|id| task(*id, 3, 7, 2));
    joined_as_one(&folder, count as usize);
}

#[test]
fn jobs_of_a_matrix_share_a_sweep() {
    let (folder, workflow) = (folder("matrix"), deployed("sweep.yml"));
    for handed in ["INDEX: ${{ strategy.job-index }}", "COUNT: ${{ strategy.job-total }}"] {
        assert!(workflow.contains(&format!("SHARDLAB_PART_{handed}")), "no {handed}");
    }
    let list = workflow.split_once("part: [").and_then(|(_, rest)| rest.split_once(']'));
    let count = list.map_or(0, |(list, _)| list.split(',').count());
    let command = folded(&workflow, "the job has done its work.\n      - run: >-");
    let command = command.replace("target/fast/lab", "lab");
    for index in 0..count {
        let variables = [
            ("SHARDLAB_PART_INDEX", index.to_string()),
            ("SHARDLAB_PART_COUNT", count.to_string()),
            ("SCENARIO", "scenario.lab".to_owned()),
            ("SEEDS", SEEDS.to_owned()),
        ];
        done(&shell(&folder, "bash", &["-e", "-c", &command], &variables));
    }
    joined_as_one(&folder, count);
}

#[test]
fn a_part_that_is_asked_for_wins_and_a_contradiction_is_bad_input() {
    let folder = folder("asked");
    let sweep = ["sweep", "scenario.lab", "--seeds", SEEDS, "--json"];
    let four = [("CI_NODE_INDEX", "2".to_owned()), ("CI_NODE_TOTAL", "4".to_owned())];
    let lines = |output: &Output| output.stdout.iter().filter(|byte| **byte == b'\n').count();
    let taken = shell(&folder, LAB, &sweep, &four);
    assert_eq!(lines(&taken), 12);
    let said = String::from_utf8_lossy(&taken.stderr);
    assert!(said.contains("part 2/4 of the seeds, by CI_NODE_INDEX=2 CI_NODE_TOTAL=4"), "{said}");
    let asked = shell(&folder, LAB, &[&sweep[..], &["--part", "1/1"]].concat(), &four);
    assert_eq!(lines(&asked), 49);
    let mut both = four.to_vec();
    both.extend([("JOB_COMPLETION_INDEX", "2".into()), ("SHARDLAB_PART_COUNT", "4".into())]);
    let refused = shell(&folder, LAB, &sweep, &both);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("JOB_COMPLETION_INDEX=2") && said.contains("makes it 2/4"), "{said}");
    assert_eq!(refused.status.code(), Some(2));
}
