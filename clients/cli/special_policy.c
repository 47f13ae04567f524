/* special_policy.c: hoiam policy adopt FILE.yaml. */
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/file.h"
#include "clients/i18n.h"
#include "proto/yaml.h"

static enum err adopt(struct session *s, int argc, char **argv, struct outcome *outcome)
{
	if (argc != 1)
		return session_usage(s, _("usage: hoiam policy adopt FILE.yaml"));
	struct bytes content;
	enum err err = file_read(argv[0], YAML_BYTES_MAX, &s->arena, &content, &s->fault);
	if (err != OK)
		return err;
	struct policy policy;
	struct text yaml = { (const char *)content.p, content.n };
	err = yaml_read(yaml, argv[0], record_policy(), &policy, &s->arena, &s->fault);
	if (err != OK)
		return err;
	struct policy_adopt record = { .policy = { &policy, 1 } };
	return session_act(s, session_cmd("policy.adopt"), &record, outcome);
}

int special_policy_adopt(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	enum err err = adopt(s, argc, argv, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	return session_end(s, err);
}
