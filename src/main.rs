//! Entry point: reads the configuration, then mounts the app.

use managed_agents_playground::start;

fn main() {
    start();
}
