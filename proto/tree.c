/* tree.c: RFC 6962 hashing, the frontier, and the verifiers of RFC 9162. */
#include "proto/tree.h"

#include <assert.h>

#include <sodium.h>

_Static_assert(TREE_HASH_BYTES == crypto_hash_sha256_BYTES, "the tree hashes with SHA-256");

static size_t peak_count(uint64_t size)
{
	return (size_t)__builtin_popcountll(size);
}

void tree_leaf(struct bytes entry, uint8_t out[static TREE_HASH_BYTES])
{
	assert(entry.p != NULL || entry.n == 0);
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t[]){ 0x00 }, 1);
	crypto_hash_sha256_update(&state, entry.p, entry.n);
	crypto_hash_sha256_final(&state, out);
}

void tree_node(const uint8_t left[static TREE_HASH_BYTES],
	const uint8_t right[static TREE_HASH_BYTES], uint8_t out[static TREE_HASH_BYTES])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t[]){ 0x01 }, 1);
	crypto_hash_sha256_update(&state, left, TREE_HASH_BYTES);
	crypto_hash_sha256_update(&state, right, TREE_HASH_BYTES);
	crypto_hash_sha256_final(&state, out);
}

void frontier_add(struct frontier *frontier, const uint8_t leaf[static TREE_HASH_BYTES])
{
	assert(frontier->size < UINT64_MAX);
	size_t count = peak_count(frontier->size);
	uint8_t hash[TREE_HASH_BYTES];
	memcpy(hash, leaf, sizeof(hash));
	for (uint64_t size = frontier->size; (size & 1) != 0; size >>= 1) {
		count--;
		tree_node(frontier->peak[count], hash, hash);
		memset(frontier->peak[count], 0, TREE_HASH_BYTES);
	}
	memcpy(frontier->peak[count], hash, sizeof(hash));
	frontier->size++;
}

void frontier_root(const struct frontier *frontier, uint8_t out[static TREE_HASH_BYTES])
{
	size_t count = peak_count(frontier->size);
	if (count == 0) {
		crypto_hash_sha256(out, NULL, 0);
		return;
	}
	uint8_t root[TREE_HASH_BYTES];
	memcpy(root, frontier->peak[count - 1], sizeof(root));
	for (size_t i = count - 1; i > 0; i--)
		tree_node(frontier->peak[i - 1], root, root);
	memcpy(out, root, sizeof(root));
}

size_t frontier_write(const struct frontier *frontier, uint8_t out[static FRONTIER_BYTES_MAX])
{
	size_t peaks_bytes = peak_count(frontier->size) * TREE_HASH_BYTES;
	put_u64(out, frontier->size);
	memcpy(out + 8, frontier->peak, peaks_bytes);
	return 8 + peaks_bytes;
}

enum err frontier_read(struct bytes from, struct frontier *frontier, struct fault *f)
{
	if (from.n < 8)
		return fail(f, E_CORRUPT, NULL, "the frontier is too short");
	uint64_t size = get_u64(from.p);
	if (from.n - 8 != peak_count(size) * TREE_HASH_BYTES)
		return fail(f, E_CORRUPT, NULL, "the frontier's length does not fit its size");
	*frontier = (struct frontier){ .size = size };
	memcpy(frontier->peak, from.p + 8, from.n - 8);
	return OK;
}

static bool is_hash(struct bytes b)
{
	return b.n == TREE_HASH_BYTES;
}

static bool same_hash(const uint8_t hash[static TREE_HASH_BYTES], struct bytes wanted)
{
	return bytes_equal(bytes_of(hash, TREE_HASH_BYTES), wanted);
}

bool tree_inclusion_holds(
	uint64_t index, uint64_t size, struct bytes leaf, struct bytes proof, struct bytes root)
{
	if (!is_hash(leaf) || !is_hash(root) || proof.n % TREE_HASH_BYTES != 0 || index >= size)
		return false;
	uint64_t at = index;      /* fn of the RFC */
	uint64_t last = size - 1; /* sn of the RFC */
	uint8_t hash[TREE_HASH_BYTES];
	memcpy(hash, leaf.p, sizeof(hash));
	for (size_t i = 0; i < proof.n; i += TREE_HASH_BYTES) {
		if (last == 0)
			return false;
		if ((at & 1) != 0 || at == last) {
			tree_node(proof.p + i, hash, hash);
			while ((at & 1) == 0 && at != 0) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			tree_node(hash, proof.p + i, hash);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && same_hash(hash, root);
}

/* Both roots rebuilt on the way up from the hash of the largest subtree that both trees hold. */
struct climb {
	uint64_t at;   /* fn of the RFC */
	uint64_t last; /* sn of the RFC */
	uint8_t first[TREE_HASH_BYTES];
	uint8_t second[TREE_HASH_BYTES];
};

static void climb_step(struct climb *climb, const uint8_t beside[static TREE_HASH_BYTES])
{
	if ((climb->at & 1) != 0 || climb->at == climb->last) {
		tree_node(beside, climb->first, climb->first);
		tree_node(beside, climb->second, climb->second);
		while ((climb->at & 1) == 0 && climb->at != 0) {
			climb->at >>= 1;
			climb->last >>= 1;
		}
	} else {
		tree_node(climb->second, beside, climb->second);
	}
	climb->at >>= 1;
	climb->last >>= 1;
}

static bool growth_holds(uint64_t first, uint64_t second, struct bytes proof,
	struct bytes first_root, struct bytes second_root)
{
	struct climb climb = { .at = first - 1, .last = second - 1 };
	while ((climb.at & 1) != 0) {
		climb.at >>= 1;
		climb.last >>= 1;
	}
	/* A first tree that is complete is its own start; otherwise the proof begins with it. */
	bool complete = (first & (first - 1)) == 0;
	const uint8_t *start = complete ? first_root.p : proof.p;
	memcpy(climb.first, start, TREE_HASH_BYTES);
	memcpy(climb.second, start, TREE_HASH_BYTES);
	for (size_t i = complete ? 0 : TREE_HASH_BYTES; i < proof.n; i += TREE_HASH_BYTES) {
		if (climb.last == 0)
			return false;
		climb_step(&climb, proof.p + i);
	}
	return climb.last == 0 && same_hash(climb.first, first_root) &&
	       same_hash(climb.second, second_root);
}

bool tree_consistency_holds(uint64_t first, uint64_t second, struct bytes proof,
	struct bytes first_root, struct bytes second_root)
{
	if (!is_hash(first_root) || !is_hash(second_root) || proof.n % TREE_HASH_BYTES != 0)
		return false;
	if (first == 0 || first > second)
		return false;
	if (first == second)
		return proof.n == 0 && bytes_equal(first_root, second_root);
	return proof.n != 0 && growth_holds(first, second, proof, first_root, second_root);
}
