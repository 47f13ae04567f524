/* init.c: a new register: keys, genesis, policy, the first invitation. */
#include "daemon/init.h"

#include "daemon/clock.h"
#include "daemon/house_key.h"
#include "daemon/ledger.h"
#include "daemon/place.h"
#include "proto/day.h"
#include "proto/invite.h"
#include "proto/sheet.h"
#include "proto/yaml.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

struct making {
	const struct init_options *options;
	struct place place;
	bool has_policy, has_recovery;
	char policy_path[PLACE_FILE_MAX];
	struct policy policy;
	uint8_t house[64];
	uint8_t secret[32]; /* of the invitation */
	uint8_t recovery[32];
	struct genesis genesis;
	int64_t now;
	uint32_t until_day; /* the last on which the invitation is good */
	struct arena arena;
	struct fault *fault;
};

static enum err fail_errno(struct making *m, const char *path)
{
	return fail(m->fault, E_FILE, path, strerror(errno));
}

/* The policy. */

static enum err parse_policy(struct making *m, FILE *file)
{
	char *text = arena_alloc(&m->arena, YAML_BYTES_MAX + 1, 1);
	size_t n = fread(text, 1, YAML_BYTES_MAX + 1, file);
	if (ferror(file))
		return fail_errno(m, m->policy_path);
	m->has_policy = true;
	return yaml_read((struct text){ text, n }, m->policy_path, record_policy(), &m->policy,
		&m->arena, m->fault);
}

/* One that was asked for must be there; the usual one may be missing. */
static enum err read_policy(struct making *m)
{
	const char *given = m->options->policy, *folder = getenv("HOIAM_POLICY_DIR");
	if (folder == NULL || folder[0] == '\0')
		folder = HOIAM_POLICY_DIR;
	if (given != NULL)
		snprintf(m->policy_path, sizeof(m->policy_path), "%s", given);
	else
		snprintf(m->policy_path, sizeof(m->policy_path), "%s/vn-commune.yaml", folder);
	FILE *file = fopen(m->policy_path, "re");
	if (file == NULL)
		return given == NULL && errno == ENOENT ? OK : fail_errno(m, m->policy_path);
	enum err err = parse_policy(m, file);
	fclose(file);
	return err;
}

/* What is made. */

static void make_secrets(struct making *m)
{
	uint8_t public[32];
	m->now = clock_wall();
	crypto_sign_keypair(public, m->house);
	randombytes_buf(m->secret, sizeof(m->secret));
	randombytes_buf(m->recovery, sizeof(m->recovery));
	m->genesis.secret = m->house;
	randombytes_buf(m->genesis.reg, sizeof(m->genesis.reg));
	invitation_token(m->secret, m->genesis.token);
	if (m->options->recovery_out != NULL)
		sheet_token(m->recovery, m->genesis.recovery);
	m->until_day = day_of_time(m->now, 0) + INIT_INVITATION_DAYS;
	m->genesis.invitation_until = time_of_day(m->until_day + 1, 0) - 1;
}

static enum err write_entries(struct making *m, struct ledger *l)
{
	struct policy_adopt adopt = { { &m->policy, 1 } };
	enum err err = ledger_begin(l, m->fault);
	if (err == OK)
		err = ledger_genesis(l, &m->genesis, m->now, m->fault);
	if (err == OK && m->has_policy)
		err = ledger_house_act(l, m->house, CMD_policy_adopt, &adopt, m->now, m->fault);
	return err == OK ? ledger_commit(l, m->fault) : err;
}

static enum err write_store(struct making *m)
{
	struct db *db = NULL;
	struct ledger *l = NULL;
	enum err err = db_open(&db, m->place.temp, DB_CREATE, m->fault);
	if (err == OK)
		err = ledger_open(&l, db, m->fault);
	if (err == OK)
		err = write_entries(m, l);
	ledger_close(l);
	db_close(db);
	return err;
}

static enum err write_invitation(struct making *m)
{
	char path[PLACE_FILE_MAX];
	AUTO(writer_fini) struct writer w = { 0 };
	struct invitation invitation = { .until_day = m->until_day };
	struct noise_key channel;
	memcpy(invitation.reg, m->genesis.reg, sizeof(invitation.reg));
	memcpy(invitation.house, m->house + 32, sizeof(invitation.house));
	memcpy(invitation.secret, m->secret, sizeof(invitation.secret));
	house_channel(m->house, &channel);
	memcpy(invitation.channel, channel.public, sizeof(invitation.channel));
	house_psk(m->house, m->genesis.token, invitation.psk);
	invitation.has_line = true;
	invite_format(&w, &invitation);
	snprintf(path, sizeof(path), "%s/admin.invitation", m->place.temp);
	enum err err = secret_file_write(path, writer_bytes(&w), m->fault);
	sodium_memzero(w.p, w.n);
	sodium_memzero(&invitation, sizeof(invitation));
	sodium_memzero(&channel, sizeof(channel));
	return err;
}

/* The recovery sheet: kept on paper, in a safe. */
static enum err write_recovery(struct making *m)
{
	/* Room for all of it from the start, so that no copy of the secret is left behind. */
	char text[SHEET_BYTES_MAX];
	struct writer w = { .p = (uint8_t *)text, .room = sizeof(text), .limit = sizeof(text) };
	struct sheet sheet;
	memcpy(sheet.reg, m->genesis.reg, sizeof(sheet.reg));
	memcpy(sheet.house, m->house + 32, sizeof(sheet.house));
	memcpy(sheet.secret, m->recovery, sizeof(sheet.secret));
	sheet_format(&w, &sheet);
	enum err err = secret_file_write(m->options->recovery_out, writer_bytes(&w), m->fault);
	m->has_recovery = err == OK;
	sodium_memzero(text, sizeof(text));
	sodium_memzero(&sheet, sizeof(sheet));
	return err;
}

static enum err write_all(struct making *m)
{
	make_secrets(m);
	enum err err = write_store(m);
	if (err == OK)
		err = house_key_write(m->place.temp, m->house, m->fault);
	if (err == OK)
		err = write_invitation(m);
	if (err == OK && m->options->recovery_out != NULL)
		err = write_recovery(m);
	return err == OK ? place_keep(&m->place, m->fault) : err;
}

static void say(const struct making *m, FILE *out)
{
	char day[11];
	day_format(m->until_day, day);
	fprintf(out, "The register is made in %s.\n", m->place.path);
	if (m->has_policy)
		fprintf(out, "It begins with the policy %.*s of %s.\n", (int)m->policy.name.n,
			m->policy.name.p, m->policy_path);
	else
		fprintf(out,
			"It has no policy: %s is not there. Begin with: hoiam policy adopt FILE\n",
			m->policy_path);
	if (m->has_recovery)
		fprintf(out, "Print %s, keep it in a safe, delete the file.\n",
			m->options->recovery_out);
	fprintf(out, "Start it with: hoiamd run %s\n", m->place.path);
	fprintf(out,
		"The first administrator enrols by %s with: hoiam enrol INVITATION --as NAME\n",
		day);
	fprintf(out, "%s/admin.invitation\n", m->place.path);
}

static void clean_up(struct making *m)
{
	place_drop(&m->place);
	if (m->has_recovery)
		unlink(m->options->recovery_out);
}

enum err init_register(const struct init_options *options, FILE *out, struct fault *f)
{
	struct making m = { .options = options, .fault = f };
	enum err err = read_policy(&m);
	if (err == OK)
		err = place_open(&m.place, options->dir, true, f);
	if (err == OK) {
		err = write_all(&m);
		if (err == OK)
			say(&m, out);
		else
			clean_up(&m);
	}
	arena_fini(&m.arena);
	sodium_memzero(m.house, sizeof(m.house));
	sodium_memzero(m.secret, sizeof(m.secret));
	sodium_memzero(m.recovery, sizeof(m.recovery));
	return err;
}
