/* test_tree.c: the Merkle tree against its definition and against the vectors of other programs. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "proto/tree.h"
#include "tests/lib/shared.h"

#define LEAVES_MAX 40u
#define PROOF_MAX  64u

struct proof {
	uint8_t hash[PROOF_MAX][TREE_HASH_BYTES];
	size_t count;
};

static struct bytes hash_view(const uint8_t *hash)
{
	return bytes_of(hash, TREE_HASH_BYTES);
}

static struct bytes proof_view(const struct proof *proof)
{
	return bytes_of(proof->hash, proof->count * TREE_HASH_BYTES);
}

static void leaf_of(uint32_t number, uint8_t *out)
{
	uint8_t entry[4];
	put_u32(entry, number);
	tree_leaf(bytes_of(entry, sizeof(entry)), out);
}

static uint32_t split_of(uint32_t n)
{
	uint32_t k = 1;
	while (2 * k < n)
		k *= 2;
	return k;
}

/* MTH of RFC 6962 section 2.1, as it is written there. */
static void root_of(uint32_t first, uint32_t n, uint8_t *out)
{
	if (n == 1) {
		leaf_of(first, out);
		return;
	}
	uint8_t left[TREE_HASH_BYTES];
	uint8_t right[TREE_HASH_BYTES];
	uint32_t k = split_of(n);
	root_of(first, k, left);
	root_of(first + k, n - k, right);
	tree_node(left, right, out);
}

/* PATH of RFC 6962 section 2.1.1. */
static void path_of(uint32_t index, uint32_t first, uint32_t n, struct proof *proof)
{
	if (n == 1)
		return;
	uint32_t k = split_of(n);
	if (index < k) {
		path_of(index, first, k, proof);
		root_of(first + k, n - k, proof->hash[proof->count++]);
	} else {
		path_of(index - k, first + k, n - k, proof);
		root_of(first, k, proof->hash[proof->count++]);
	}
}

/* SUBPROOF of RFC 6962 section 2.1.2. */
static void subproof_of(uint32_t m, uint32_t first, uint32_t n, bool whole, struct proof *proof)
{
	if (m == n) {
		if (!whole)
			root_of(first, n, proof->hash[proof->count++]);
		return;
	}
	uint32_t k = split_of(n);
	if (m <= k) {
		subproof_of(m, first, k, whole, proof);
		root_of(first + k, n - k, proof->hash[proof->count++]);
	} else {
		subproof_of(m - k, first + k, n - k, false, proof);
		root_of(first, k, proof->hash[proof->count++]);
	}
}

static void the_frontier_has_the_root_of_the_definition(void **state)
{
	(void)state;
	struct frontier frontier = { 0 };
	uint8_t root[TREE_HASH_BYTES];
	uint8_t wanted[TREE_HASH_BYTES];
	frontier_root(&frontier, root);
	crypto_hash_sha256(wanted, NULL, 0);
	assert_memory_equal(root, wanted, sizeof(root));
	for (uint32_t n = 1; n <= 300; n++) {
		uint8_t leaf[TREE_HASH_BYTES];
		leaf_of(n - 1, leaf);
		frontier_add(&frontier, leaf);
		frontier_root(&frontier, root);
		root_of(0, n, wanted);
		assert_int_equal(frontier.size, n);
		assert_memory_equal(root, wanted, sizeof(root));
	}
}

static void a_written_frontier_is_read_back(void **state)
{
	(void)state;
	struct frontier frontier = { 0 };
	for (uint32_t n = 0; n <= 70; n++) {
		uint8_t bytes[FRONTIER_BYTES_MAX];
		size_t size = frontier_write(&frontier, bytes);
		assert_int_equal(size, 8 + 32 * (size_t)__builtin_popcount(n));
		assert_int_equal(get_u64(bytes), n);
		struct frontier back;
		memset(&back, 0xee, sizeof(back));
		assert_int_equal(frontier_read(bytes_of(bytes, size), &back, NULL), OK);
		assert_memory_equal(&back, &frontier, sizeof(back));
		uint8_t leaf[TREE_HASH_BYTES];
		leaf_of(n, leaf);
		frontier_add(&frontier, leaf);
	}
}

static void the_largest_peak_is_written_first(void **state)
{
	(void)state;
	struct frontier frontier = { 0 };
	for (uint32_t n = 0; n < 7; n++) {
		uint8_t leaf[TREE_HASH_BYTES];
		leaf_of(n, leaf);
		frontier_add(&frontier, leaf);
	}
	uint8_t bytes[FRONTIER_BYTES_MAX];
	assert_int_equal(frontier_write(&frontier, bytes), 8 + 3 * 32);
	uint8_t peak[TREE_HASH_BYTES];
	root_of(0, 4, peak);
	assert_memory_equal(bytes + 8, peak, 32);
	root_of(4, 2, peak);
	assert_memory_equal(bytes + 40, peak, 32);
	root_of(6, 1, peak);
	assert_memory_equal(bytes + 72, peak, 32);
}

static void a_frontier_of_another_length_is_corrupt(void **state)
{
	(void)state;
	uint8_t bytes[FRONTIER_BYTES_MAX + 32] = { 0 };
	struct frontier frontier = { .size = 77 };
	struct fault f;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		put_u64(bytes, 5);
		if (n == 8 + 2 * 32)
			continue;
		assert_int_equal(frontier_read(bytes_of(bytes, n), &frontier, &f), E_CORRUPT);
		assert_int_equal(f.err, E_CORRUPT);
		assert_int_equal(frontier.size, 77);
	}
	put_u64(bytes, UINT64_MAX);
	assert_int_equal(frontier_read(bytes_of(bytes, FRONTIER_BYTES_MAX), &frontier, NULL), OK);
	assert_int_equal(frontier_write(&frontier, bytes), FRONTIER_BYTES_MAX);
}

/* A proof that holds stops doing so when anything about it is changed. */
static void check_inclusion(uint32_t index, uint32_t size)
{
	struct proof proof = { .count = 0 };
	uint8_t leaf[TREE_HASH_BYTES];
	uint8_t root[TREE_HASH_BYTES];
	leaf_of(index, leaf);
	root_of(0, size, root);
	path_of(index, 0, size, &proof);
	struct bytes l = hash_view(leaf);
	struct bytes r = hash_view(root);
	struct bytes p = proof_view(&proof);
	assert_true(tree_inclusion_holds(index, size, l, p, r));
	for (uint32_t other = 0; other <= size; other++)
		assert_int_equal(tree_inclusion_holds(other, size, l, p, r), other == index);
	assert_false(tree_inclusion_holds(index, size, l, bytes_of(p.p, p.n + 32), r));
	assert_false(tree_inclusion_holds(index, size, l, bytes_of(p.p, p.n + 1), r));
	if (p.n > 0)
		assert_false(tree_inclusion_holds(index, size, l, bytes_of(p.p, p.n - 32), r));
	for (size_t i = 0; i < proof.count; i++) {
		proof.hash[i][i] ^= 1;
		assert_false(tree_inclusion_holds(index, size, l, p, r));
		proof.hash[i][i] ^= 1;
	}
	assert_false(tree_inclusion_holds(index, size, l, p, bytes_of(root, 31)));
	assert_false(tree_inclusion_holds(index, size, bytes_of(leaf, 31), p, r));
	root[31] ^= 1;
	assert_false(tree_inclusion_holds(index, size, l, p, r));
}

static void every_inclusion_in_small_trees_holds(void **state)
{
	(void)state;
	for (uint32_t size = 1; size <= LEAVES_MAX; size++)
		for (uint32_t index = 0; index < size; index++)
			check_inclusion(index, size);
}

/* The steps for 6 and 5 leaves meet; only the sizes say that no tree shrinks. */
static void a_tree_that_shrinks_is_refused(void **state)
{
	(void)state;
	struct proof proof = { .count = 2 };
	uint8_t root[TREE_HASH_BYTES];
	leaf_of(1, proof.hash[0]);
	leaf_of(2, proof.hash[1]);
	tree_node(proof.hash[1], proof.hash[0], root);
	struct bytes r = hash_view(root);
	assert_false(tree_consistency_holds(6, 5, proof_view(&proof), r, r));
}

static void check_consistency(uint32_t first, uint32_t second)
{
	struct proof proof = { .count = 0 };
	uint8_t before[TREE_HASH_BYTES];
	uint8_t after[TREE_HASH_BYTES];
	root_of(0, first, before);
	root_of(0, second, after);
	subproof_of(first, 0, second, true, &proof);
	struct bytes b = hash_view(before);
	struct bytes a = hash_view(after);
	struct bytes p = proof_view(&proof);
	assert_true(tree_consistency_holds(first, second, p, b, a));
	for (uint32_t other = 0; other <= second + 1; other++)
		if (other != first)
			assert_false(tree_consistency_holds(other, second, p, b, a));
	assert_false(tree_consistency_holds(first, second, bytes_of(p.p, p.n + 32), b, a));
	assert_false(tree_consistency_holds(first, second, bytes_of(p.p, p.n + 1), b, a));
	if (first < second)
		assert_false(tree_consistency_holds(first, second, bytes_of(NULL, 0), b, a));
	for (size_t n = 0; n < p.n; n += 32)
		assert_false(tree_consistency_holds(first, second, bytes_of(p.p, n), b, a));
	for (size_t i = 0; i < proof.count; i++) {
		proof.hash[i][i] ^= 1;
		assert_false(tree_consistency_holds(first, second, p, b, a));
		proof.hash[i][i] ^= 1;
	}
	assert_false(tree_consistency_holds(first, second, p, b, bytes_of(after, 31)));
	assert_false(tree_consistency_holds(first, second, p, bytes_of(before, 31), a));
	before[0] ^= 1;
	assert_false(tree_consistency_holds(first, second, p, b, a));
	before[0] ^= 1;
	after[0] ^= 1;
	assert_false(tree_consistency_holds(first, second, p, b, a));
}

static void every_growth_of_small_trees_holds(void **state)
{
	(void)state;
	for (uint32_t second = 1; second <= LEAVES_MAX; second++)
		for (uint32_t first = 1; first <= second; first++)
			check_consistency(first, second);
}

/* Integers are read as reals, as one index in the vectors does not fit a signed integer. */
static json_t *load(const char *relative)
{
	const char *path = shared_path(relative);
	if (path == NULL)
		skip();
	json_t *root = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
	assert_non_null(root);
	return root;
}

static uint64_t number_at(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	assert_true(json_is_real(value));
	double number = json_real_value(value);
	assert_true(number >= 0);
	return number < 0x1p64 ? (uint64_t)number : UINT64_MAX;
}

static size_t unbase64(const char *base64, uint8_t *out, size_t room)
{
	size_t n = 0;
	assert_int_equal(sodium_base642bin(out, room, base64, strlen(base64), "\r\n", &n, NULL,
				 sodium_base64_VARIANT_ORIGINAL),
		0);
	return n;
}

static struct bytes bytes_at(
	const json_t *object, const char *name, uint8_t *room, size_t room_bytes)
{
	const char *base64 = json_string_value(json_object_get(object, name));
	return bytes_of(room, base64 == NULL ? 0 : unbase64(base64, room, room_bytes));
}

/* False when an entry of the proof is not a hash: such a proof cannot be put to the verifier. */
static bool proof_at(const json_t *object, struct proof *proof)
{
	const json_t *list = json_object_get(object, "proof");
	proof->count = json_array_size(list);
	assert_true(proof->count <= PROOF_MAX);
	for (size_t i = 0; i < proof->count; i++) {
		uint8_t entry[128];
		const char *base64 = json_string_value(json_array_get(list, i));
		assert_non_null(base64);
		if (unbase64(base64, entry, sizeof(entry)) != TREE_HASH_BYTES)
			return false;
		memcpy(proof->hash[i], entry, TREE_HASH_BYTES);
	}
	return true;
}

struct tally {
	size_t total;
	size_t held;
	size_t odd; /* refused for a root or a leaf that is not a hash */
};

static void judge(const json_t *test, bool held, bool hashes, struct tally *tally)
{
	bool wanted = hashes && !json_is_true(json_object_get(test, "wantErr"));
	if (held != wanted)
		print_error("%s: %s\n", json_string_value(json_object_get(test, "file")),
			held ? "held" : "did not hold");
	assert_int_equal(held, wanted);
	tally->total++;
	tally->held += held;
	tally->odd += !hashes;
}

static void inclusion_case(const json_t *test, struct tally *tally)
{
	uint8_t leaf_room[128];
	uint8_t root_room[128];
	struct proof proof;
	struct bytes leaf = bytes_at(test, "leafHash", leaf_room, sizeof(leaf_room));
	struct bytes root = bytes_at(test, "root", root_room, sizeof(root_room));
	bool held = proof_at(test, &proof) &&
		    tree_inclusion_holds(number_at(test, "leafIdx"), number_at(test, "treeSize"),
			    leaf, proof_view(&proof), root);
	judge(test, held, leaf.n == 32 && root.n == 32, tally);
}

static void consistency_case(const json_t *test, struct tally *tally)
{
	uint8_t first_room[128];
	uint8_t second_room[128];
	struct proof proof;
	struct bytes first = bytes_at(test, "root1", first_room, sizeof(first_room));
	struct bytes second = bytes_at(test, "root2", second_room, sizeof(second_room));
	bool held = proof_at(test, &proof) &&
		    tree_consistency_holds(number_at(test, "size1"), number_at(test, "size2"),
			    proof_view(&proof), first, second);
	judge(test, held, first.n == 32 && second.n == 32, tally);
}

static void run_cases(const char *name, void (*run)(const json_t *, struct tally *))
{
	json_t *root = load("vectors/merkle/transparency-dev-merkle-testdata.json");
	struct tally tally = { 0 };
	size_t i;
	json_t *test;
	json_array_foreach(json_object_get(root, name), i, test) run(test, &tally);
	printf("transparency-dev %s: %zu cases, %zu hold, %zu without hashes of 32 bytes\n", name,
		tally.total, tally.held, tally.odd);
	assert_int_equal(tally.total, 98);
	assert_true(tally.held > 0 && tally.odd > 0);
	json_decref(root);
}

static void the_inclusion_cases_get_their_verdict(void **state)
{
	(void)state;
	run_cases("inclusion", inclusion_case);
}

static void the_consistency_cases_get_their_verdict(void **state)
{
	(void)state;
	run_cases("consistency", consistency_case);
}

static size_t unhex(const json_t *value, uint8_t *out, size_t room)
{
	const char *hex = json_string_value(value);
	assert_non_null(hex);
	size_t n = 0;
	assert_int_equal(sodium_hex2bin(out, room, hex, strlen(hex), NULL, &n, NULL), 0);
	return n;
}

static void the_reference_tree_has_its_roots(void **state)
{
	(void)state;
	json_t *json = load("vectors/merkle/rfc6962-reference-tree.json");
	const json_t *leaves = json_object_get(json, "leaf_inputs_hex");
	const json_t *roots = json_object_get(json, "root_hex_by_size");
	assert_int_equal(json_array_size(leaves) + 1, json_array_size(roots));
	struct frontier frontier = { 0 };
	for (size_t n = 0; n < json_array_size(roots); n++) {
		uint8_t wanted[TREE_HASH_BYTES];
		uint8_t root[TREE_HASH_BYTES];
		assert_int_equal(unhex(json_array_get(roots, n), wanted, sizeof(wanted)), 32);
		frontier_root(&frontier, root);
		assert_memory_equal(root, wanted, sizeof(root));
		if (n == json_array_size(leaves))
			break;
		uint8_t entry[64];
		uint8_t leaf[TREE_HASH_BYTES];
		size_t size = unhex(json_array_get(leaves, n), entry, sizeof(entry));
		tree_leaf(bytes_of(entry, size), leaf);
		frontier_add(&frontier, leaf);
	}
	printf("reference tree: %zu roots\n", json_array_size(roots));
	assert_int_equal(frontier.size, 8);
	json_decref(json);
}

/* The log of entries "entry 0", "entry 1"... that the sample's signed note is about. */
struct sample {
	uint64_t size;
	uint8_t root[TREE_HASH_BYTES];
	uint64_t index; /* of the inclusion proof */
	uint8_t leaf[TREE_HASH_BYTES];
	struct proof inclusion;
	uint64_t first; /* size of the consistency proof's first tree */
	uint8_t first_root[TREE_HASH_BYTES];
	struct proof growth;
};

static void read_hash(const char *base64, uint8_t *out)
{
	assert_int_equal(unbase64(base64, out, TREE_HASH_BYTES), TREE_HASH_BYTES);
}

static uint64_t read_number_and_hash(char *line, uint8_t *out)
{
	char *end;
	uint64_t number = strtoull(line, &end, 10);
	assert_true(end > line && *end == ' ');
	read_hash(end + 1, out);
	return number;
}

static void read_step(const char *base64, struct proof *proof)
{
	assert_true(proof->count < PROOF_MAX);
	read_hash(base64, proof->hash[proof->count++]);
}

static void read_sample(FILE *file, struct sample *sample)
{
	char line[1024];
	int note = -1; /* the line of the note */
	while (fgets(line, sizeof(line), file) != NULL) {
		if (note >= 0)
			note++;
		if (strcmp(line, "NOTE\n") == 0)
			note = 0;
		if (note == 2)
			sample->size = strtoull(line, NULL, 10);
		if (note == 3)
			read_hash(line, sample->root);
		if (strncmp(line, "INCL ", 5) == 0)
			sample->index = read_number_and_hash(line + 5, sample->leaf);
		if (strncmp(line, "P ", 2) == 0)
			read_step(line + 2, &sample->inclusion);
		if (strncmp(line, "CONS ", 5) == 0)
			sample->first = read_number_and_hash(line + 5, sample->first_root);
		if (strncmp(line, "C ", 2) == 0)
			read_step(line + 2, &sample->growth);
	}
}

static void grow_like(const struct sample *sample)
{
	struct frontier frontier = { 0 };
	uint8_t root[TREE_HASH_BYTES];
	for (uint64_t i = 0; i < sample->size; i++) {
		char entry[32];
		int n = snprintf(entry, sizeof(entry), "entry %llu", (unsigned long long)i);
		uint8_t leaf[TREE_HASH_BYTES];
		tree_leaf(bytes_of(entry, (size_t)n), leaf);
		if (i == sample->index)
			assert_memory_equal(leaf, sample->leaf, sizeof(leaf));
		frontier_add(&frontier, leaf);
		frontier_root(&frontier, root);
		if (i + 1 == sample->first)
			assert_memory_equal(root, sample->first_root, sizeof(root));
	}
	assert_memory_equal(root, sample->root, sizeof(root));
}

static void the_sample_log_has_its_root_and_its_proofs_hold(void **state)
{
	(void)state;
	const char *path = shared_path("vectors/merkle/sample-libsodium-log-70001.txt");
	if (path == NULL)
		skip();
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	struct sample sample = { 0 };
	read_sample(file, &sample);
	fclose(file);
	assert_int_equal(sample.size, 70001);
	assert_int_equal(sample.index, 35000);
	assert_int_equal(sample.first, 23334);
	grow_like(&sample);
	assert_true(tree_inclusion_holds(sample.index, sample.size, hash_view(sample.leaf),
		proof_view(&sample.inclusion), hash_view(sample.root)));
	assert_true(tree_consistency_holds(sample.first, sample.size, proof_view(&sample.growth),
		hash_view(sample.first_root), hash_view(sample.root)));
	printf("sample log: %llu leaves, proofs of %zu and %zu hashes\n",
		(unsigned long long)sample.size, sample.inclusion.count, sample.growth.count);
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_frontier_has_the_root_of_the_definition),
		cmocka_unit_test(a_written_frontier_is_read_back),
		cmocka_unit_test(the_largest_peak_is_written_first),
		cmocka_unit_test(a_frontier_of_another_length_is_corrupt),
		cmocka_unit_test(every_inclusion_in_small_trees_holds),
		cmocka_unit_test(every_growth_of_small_trees_holds),
		cmocka_unit_test(a_tree_that_shrinks_is_refused),
		cmocka_unit_test(the_reference_tree_has_its_roots),
		cmocka_unit_test(the_inclusion_cases_get_their_verdict),
		cmocka_unit_test(the_consistency_cases_get_their_verdict),
		cmocka_unit_test(the_sample_log_has_its_root_and_its_proofs_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
