//! Careful deployer: nothing reaches a server before a person has allowed it.

use serde_json::json;

use super::words::{mentions, word_where};
use crate::engine::tool::{Settled, Tool};
use crate::engine::turn::{Step, Turn};

pub(crate) const TRACKER: &str = "tracker";

pub(crate) async fn play(turn: &mut Turn) -> Step {
    let prompt = turn.prompt.clone();
    let target = if mentions(&prompt, &["production", "prod"]) {
        "production"
    } else {
        "staging"
    };
    let version = word_where(&prompt, |word| {
        word.strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
    .unwrap_or_else(|| "v1.8.0".to_owned());

    let plan = Tool::read("/workspace/shop/deploy/plan.toml")
        .takes(180)
        .gives(format!(
            "target = \"{target}\"\nversion = \"{version}\"\nmigrations = 1\nreplicas = 3\n"
        ));
    turn.round(900, "I read the deployment plan first.", vec![plan])
        .await?;

    let migrate = Tool::bash(&format!("shopctl migrate --target {target} --version {version}"))
        .takes(2_200)
        .gives("1 migration applied: 0042_add_order_index\n");
    let rollout = Tool::bash(&format!(
        "shopctl rollout --target {target} --version {version} --replicas 3"
    ))
    .takes(3_500)
    .gives(format!("3 of 3 replicas run {version}\n"));
    let intro = format!(
        "I have prepared the migration and the rollout of **{version}** to **{target}**. Both change live systems, so both \
         need your approval."
    );
    let decisions = turn.round(700, &intro, vec![migrate, rollout]).await?;
    let (migrated, rolled_out) = (decisions[0] == Settled::Ran, decisions[1] == Settled::Ran);

    let status = match (migrated, rolled_out) {
        (true, true) => "deployed",
        (true, false) => "migrated, rollout held",
        (false, true) => "rolled out without migration",
        (false, false) => "held",
    };
    let comment = Tool::mcp(
        TRACKER,
        "add_comment",
        json!({"issue": "SHOP-311", "body": format!("{version} on {target}: {status}")}),
    )
    .takes(600)
    .gives("Comment 2 added to SHOP-311\n");
    let mut tools = vec![comment];
    if mentions(&prompt, &["force", "skip", "anyway"]) {
        tools.push(
            Tool::built_in(
                "web_fetch",
                json!({"url": "https://shop.example.com/admin/override"}),
            )
            .risky("deny", "high_risk"),
        );
    }
    turn.round(500, "I note the state in the tracker.", tools).await?;

    turn.round(600, &report(&version, target, &decisions), Vec::new())
        .await
        .map(drop)
}

fn report(version: &str, target: &str, decisions: &[Settled]) -> String {
    let line = |name: &str, done: &str, settled: &Settled| match settled {
        Settled::Ran => format!("- {name}: {done}"),
        Settled::Denied(Some(reason)) => format!("- {name}: **not run**, you said: \"{reason}\""),
        Settled::Denied(None) => format!("- {name}: **not run**, you denied it"),
        Settled::Blocked | Settled::Returned { .. } => format!("- {name}: not run"),
    };
    let migration = line("Migration", "1 applied", &decisions[0]);
    let rollout = line("Rollout", "3 of 3 replicas", &decisions[1]);
    let closing = match (&decisions[0], &decisions[1]) {
        (Settled::Ran, Settled::Ran) => format!("**{version}** is live on {target}."),
        (Settled::Ran, _) => "The database is migrated; the old version keeps running.".to_owned(),
        (_, Settled::Ran) => {
            "The rollout went ahead without the migration; please watch the order page.".to_owned()
        }
        _ => "Nothing was changed. Tell me when I should try again.".to_owned(),
    };
    format!("Deployment of {version} to {target}:\n\n{migration}\n{rollout}\n\n{closing}")
}
