//! What other programs read, and the guard tells of: tokens, recipients, keys.

use super::{By, Comes::Seen, attempts};

attempts! {
    a_token_that_was_revoked_opens_again: Seen(By::Start), |it| it.edit("mcp-tokens.json", "\"revoked\": true", "\"revoked\": false");
    a_token_opens_every_tool: Seen(By::Start), |it| it.edit("mcp-tokens.json", "\"list_entries\"", "\"*\"");
    a_token_of_before_the_registry_comes: Seen(By::Start), |it| it.write("mcp-token", "0123456789abcdef\n");
    somebody_else_can_decrypt: Seen(By::Start), |it| it.write("recipients.txt", "age18n829yr0l8kvqpew23d9f0xfld0vv94xv6jlyqnqg2mkwrcqygdsd99rxs\n");
    a_device_takes_part: Seen(By::Start), |it| it.write(".openpass/devices.json", "[{\"id\":\"mine\"}]\n");
    the_server_listens_to_everybody: Seen(By::Start), |it| it.edit("config.yaml", "mcp:\n", "mcp:\n    bind: 0.0.0.0\n");
    the_vault_is_unlocked_in_another_way: Seen(By::Start), |it| it.edit("config.yaml", "\nauthMethod: passphrase\n", "\nauthMethod: touchid\n");
}
