/* init.c: a new register: keys, genesis, policy, the first invitation. */
#include "daemon/init.h"

#include "daemon/clock.h"
#include "daemon/house_key.h"
#include "daemon/ledger.h"
#include "proto/day.h"
#include "proto/invite.h"
#include "proto/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct making {
	const struct init_options *options;
	char dir[3900]; /* where it is made */
	uint8_t house[64];
	uint8_t secret[32]; /* of the invitation */
	uint8_t recovery[32];
	struct genesis genesis;
	int64_t now;
	struct policy policy;
	struct arena arena;
	struct fault *fault;
};

static enum err fail_errno(struct making *m, const char *path)
{
	return fail(m->fault, E_FILE, path, strerror(errno));
}

static enum err read_policy(struct making *m)
{
	char standard[4096];
	const char *path = m->options->policy, *folder = getenv("HOIAM_POLICY_DIR");
	if (path == NULL) {
		snprintf(standard, sizeof(standard), "%s/vn-commune.yaml",
			folder != NULL ? folder : HOIAM_POLICY_DIR);
		path = standard;
	}
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return fail_errno(m, path);
	char *text = arena_alloc(&m->arena, YAML_BYTES_MAX + 1, 1);
	size_t n = fread(text, 1, YAML_BYTES_MAX + 1, file);
	fclose(file);
	return yaml_read(
		(struct text){ text, n }, path, record_policy(), &m->policy, &m->arena, m->fault);
}

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
		invitation_token(m->recovery, m->genesis.recovery);
	m->genesis.invitation_until = m->now + (int64_t)INIT_INVITATION_DAYS * 86400 * 1000000;
}

static enum err write_store(struct making *m)
{
	struct db *db = NULL;
	struct ledger *l = NULL;
	struct policy_adopt adopt = { { &m->policy, 1 } };
	enum err err = db_open(&db, m->dir, DB_CREATE, m->fault);
	if (err == OK)
		err = ledger_open(&l, db, m->fault);
	if (err == OK)
		err = ledger_begin(l, m->fault);
	if (err == OK)
		err = ledger_genesis(l, &m->genesis, m->now, m->fault);
	if (err == OK)
		err = ledger_house_act(l, m->house, CMD_policy_adopt, &adopt, m->now, m->fault);
	if (err == OK)
		err = ledger_commit(l, m->fault);
	ledger_close(l);
	db_close(db);
	return err;
}

static enum err write_invitation(
	struct making *m, const char *path, const uint8_t secret[static 32])
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct invitation invitation = { .until_day = day_of_time(m->genesis.invitation_until, 0) };
	memcpy(invitation.reg, m->genesis.reg, sizeof(invitation.reg));
	memcpy(invitation.house, m->house + 32, sizeof(invitation.house));
	memcpy(invitation.secret, secret, sizeof(invitation.secret));
	invite_format(&w, &invitation);
	enum err err = secret_file_write(path, writer_bytes(&w), m->fault);
	sodium_memzero(w.p, w.n);
	sodium_memzero(&invitation, sizeof(invitation));
	return err;
}

/* The recovery sheet: kept on paper, in a safe. */
static enum err write_recovery(struct making *m, const char *path)
{
	char hex[65], sheet[400];
	sodium_bin2hex(hex, sizeof(hex), m->recovery, sizeof(m->recovery));
	int n = snprintf(sheet, sizeof(sheet),
		"hoiam recovery sheet 1\n"
		"Print this, keep it in a safe, delete the file. With it, and two leaders "
		"agreeing,\n"
		"a lost last administrator can be replaced.\n"
		"secret: %s\n",
		hex);
	enum err err = secret_file_write(path, bytes_of(sheet, (size_t)n), m->fault);
	sodium_memzero(sheet, sizeof(sheet));
	sodium_memzero(hex, sizeof(hex));
	return err;
}

static enum err write_all(struct making *m)
{
	char path[4096];
	enum err err = write_store(m);
	if (err == OK)
		err = house_key_write(m->dir, m->house, m->fault);
	snprintf(path, sizeof(path), "%s/admin.invitation", m->dir);
	if (err == OK)
		err = write_invitation(m, path, m->secret);
	if (err == OK && m->options->recovery_out != NULL)
		err = write_recovery(m, m->options->recovery_out);
	return err;
}

static void sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

/* Rename into place; an empty folder of that name gives way. */
static enum err put_in_place(struct making *m)
{
	char parent[4096];
	sync_folder(m->dir);
	if (rmdir(m->options->dir) != 0 && errno != ENOENT)
		return fail_errno(m, m->options->dir);
	if (rename(m->dir, m->options->dir) != 0)
		return fail_errno(m, m->options->dir);
	snprintf(parent, sizeof(parent), "%s/..", m->options->dir);
	sync_folder(parent);
	return OK;
}

static void clean_up(const struct making *m)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "house.key",
		"admin.invitation" };
	char path[4096];
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", m->dir, names[i]);
		unlink(path);
	}
	rmdir(m->dir);
}

static enum err begin(struct making *m)
{
	char path[4096];
	struct stat st;
	const char *dir = m->options->dir;
	if (strlen(dir) > 3800)
		return fail_number(m->fault, E_LONG, "DIR", (int64_t)strlen(dir), 3800);
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	if (stat(path, &st) == 0)
		return fail(m->fault, E_EXISTS, dir, "a register");
	if (rmdir(dir) != 0 && errno != ENOENT)
		return fail_errno(m, dir);
	snprintf(m->dir, sizeof(m->dir), "%s.new-XXXXXX", dir);
	return mkdtemp(m->dir) == NULL ? fail_errno(m, m->dir) : OK;
}

enum err init_register(const struct init_options *options, struct fault *f)
{
	struct making m = { .options = options, .fault = f };
	enum err err = read_policy(&m);
	if (err == OK)
		err = begin(&m);
	if (err == OK) {
		make_secrets(&m);
		err = write_all(&m);
		if (err == OK)
			err = put_in_place(&m);
		if (err != OK)
			clean_up(&m);
	}
	arena_fini(&m.arena);
	sodium_memzero(m.house, sizeof(m.house));
	sodium_memzero(m.secret, sizeof(m.secret));
	sodium_memzero(m.recovery, sizeof(m.recovery));
	return err;
}
