/* test_ed25519.c: libsodium's check of signatures against the cases of Wycheproof. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "proto/base.h"
#include "tests/lib/shared.h"

static struct bytes unhex(const json_t *object, const char *name, uint8_t *room, size_t room_bytes)
{
	const char *hex = json_string_value(json_object_get(object, name));
	assert_non_null(hex);
	size_t n;
	assert_int_equal(sodium_hex2bin(room, room_bytes, hex, strlen(hex), NULL, &n, NULL), 0);
	assert_int_equal(2 * n, strlen(hex));
	return bytes_of(room, n);
}

/* A key or a signature of another length never reaches the check. */
static bool holds(struct bytes key, struct bytes message, struct bytes signature)
{
	return key.n == crypto_sign_PUBLICKEYBYTES && signature.n == crypto_sign_BYTES &&
	       crypto_sign_verify_detached(signature.p, message.p, message.n, key.p) == 0;
}

static bool check_case(const json_t *test, struct bytes key)
{
	static uint8_t message[65536];
	static uint8_t signature[1024];
	const char *result = json_string_value(json_object_get(test, "result"));
	assert_non_null(result);
	bool valid = strcmp(result, "valid") == 0;
	assert_true(valid || strcmp(result, "invalid") == 0);
	bool held = holds(key, unhex(test, "msg", message, sizeof(message)),
		unhex(test, "sig", signature, sizeof(signature)));
	if (held != valid)
		print_error("case %lld: %s, but %s\n",
			(long long)json_integer_value(json_object_get(test, "tcId")), result,
			held ? "accepted" : "refused");
	assert_int_equal(held, valid);
	return valid;
}

static void every_case_of_wycheproof_gets_its_verdict(void **state)
{
	(void)state;
	const char *path = shared_path("vectors/wycheproof/ed25519_test.json");
	if (path == NULL)
		skip();
	json_t *root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	size_t total = 0;
	size_t valid = 0;
	size_t i;
	size_t k;
	json_t *group;
	json_t *test;
	json_array_foreach(json_object_get(root, "testGroups"), i, group)
	{
		uint8_t room[64];
		struct bytes key =
			unhex(json_object_get(group, "publicKey"), "pk", room, sizeof(room));
		json_array_foreach(json_object_get(group, "tests"), k, test)
		{
			valid += check_case(test, key);
			total++;
		}
	}
	printf("wycheproof ed25519: %zu cases, %zu valid\n", total, valid);
	assert_int_equal(total, json_integer_value(json_object_get(root, "numberOfTests")));
	assert_true(valid > 0 && valid < total);
	json_decref(root);
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_of_wycheproof_gets_its_verdict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
