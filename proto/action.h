/*
 * action.h: signed actions. An officer signs the head, a msgpack map
 *   { verb, rid, reg, behalf?, args: { fields of the verb's record, "w" for words } }
 * as a DSSE pre-authentication encoding of the bytes sent (github.com/secure-systems-lab/dsse,
 * protocol.md) with Ed25519 (RFC 8032). Words travel beside it, see record.h. On the wire the one
 * parameter of a changing command is { head: bin, sig: bin, key: bin, words: [[salt, words] …] }.
 */
#ifndef HOIAM_PROTO_ACTION_H
#define HOIAM_PROTO_ACTION_H

#include "proto/cmd.h"
#include "proto/record.h"

#define KEY_ID_BYTES 8
#define PUBLIC_BYTES 32
#define SECRET_BYTES 64
#define SIG_BYTES    64

struct action {
	struct bytes head_bytes; /* as signed */
	struct bytes sig, key;
	struct head head;
	struct bytes args;         /* the map of the verb's fields */
	const struct cmd_row *cmd; /* of head.verb */
	struct groups groups;      /* in the order sent; freed by action_fini */
	struct bytes body;         /* what travelled in chunks; set by who received it */
};

/* First bytes of SHA-256 of the Ed25519 public key. */
void key_id(const uint8_t public[static PUBLIC_BYTES], uint8_t out[static KEY_ID_BYTES]);

/* The hash under which an invitation's secret stands in the journal. */
void invitation_token(const uint8_t secret[static 32], uint8_t out[static 32]);

/*
 * Take params apart; bytes borrow `params`. Checks sizes, forms, verb and rid, not the signature.
 * E_VERB when the head's verb is not `method` (method empty: any).
 */
enum err action_open(struct bytes params, struct text method, struct action *to, struct arena *a,
	struct fault *f);
void action_fini(struct action *action);

static inline void action_fini_auto(struct action *action)
{
	action_fini(action);
}

/* The head alone, as an entry holds it; to->groups stays empty. */
enum err action_open_head(struct bytes head, struct action *to, struct arena *a, struct fault *f);

/* E_SIGNATURE unless sig is the key's over head. */
enum err action_verify(struct bytes head, struct bytes sig,
	const uint8_t public[static PUBLIC_BYTES], struct fault *f);

/*
 * The verb's fields and words into `to` (of cmd->record()->size bytes). Checks each group against
 * its commitment; E_WORDS also when groups are left over.
 */
enum err action_read(struct action *action, void *to, struct arena *a, struct fault *f);

/*
 * Build and sign: writes the params map to `w`. secret is an Ed25519 secret key of libsodium.
 * E_TOO_LARGE when head or message pass their limits.
 */
struct signing {
	const uint8_t *secret; /* SECRET_BYTES */
	struct bytes reg;
	struct text behalf;
	const uint8_t *salt_seed; /* 32 bytes, or NULL for random salts */
};

enum err action_build(struct writer *w, const struct cmd_row *cmd, const void *record,
	const uint8_t rid[static 16], const struct signing *by, struct fault *f);

/* Sign any bytes as action heads are signed. */
void action_sign(struct bytes head, const uint8_t *secret, uint8_t sig[static SIG_BYTES]);

/* The bytes that login signs: "hoiam/l1" ‖ register ‖ challenge, 56 bytes; on an encrypted line the
 * 32 bytes of its handshake's hash are signed behind them. */
void login_message(
	const uint8_t reg[static 16], const uint8_t challenge[static 32], uint8_t out[static 56]);

#endif
