/*
 * fuzz_tree.c: the first byte says what the rest is: a stored frontier, an inclusion proof, a
 * consistency proof, or leaves of which a tree is made in two ways.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "proto/tree.h"

#define HASH TREE_HASH_BYTES

static void try_frontier(struct bytes b)
{
	struct frontier frontier = { 0 };
	struct fault f = { 0 };
	enum err err = frontier_read(b, &frontier, &f);
	if (err != OK) {
		assert(err == E_CORRUPT && f.err == err && frontier.size == 0);
		return;
	}
	uint8_t out[FRONTIER_BYTES_MAX], root[HASH], leaf[HASH];
	size_t n = frontier_write(&frontier, out);
	assert(bytes_equal(bytes_of(out, n), b));
	frontier_root(&frontier, root);
	if (frontier.size == UINT64_MAX)
		return;
	uint64_t size = frontier.size;
	tree_leaf(b, leaf);
	frontier_add(&frontier, leaf);
	assert(frontier.size == size + 1);
	n = frontier_write(&frontier, out);
	assert(n == 8 + HASH * (size_t)__builtin_popcountll(frontier.size));
}

/* A proof that holds stops holding when the root is another. */
static void try_inclusion(struct bytes b)
{
	if (b.n < 16 + 2 * HASH)
		return;
	uint64_t index = get_u64(b.p), size = get_u64(b.p + 8);
	struct bytes leaf = { b.p + 16, HASH },
		     proof = { b.p + 16 + 2 * HASH, b.n - 16 - 2 * HASH };
	uint8_t root[HASH];
	memcpy(root, b.p + 16 + HASH, HASH);
	if (!tree_inclusion_holds(index, size, leaf, proof, bytes_of(root, HASH)))
		return;
	assert(index < size);
	root[0] ^= 1;
	assert(!tree_inclusion_holds(index, size, leaf, proof, bytes_of(root, HASH)));
}

static void try_consistency(struct bytes b)
{
	if (b.n < 16 + 2 * HASH)
		return;
	uint64_t first = get_u64(b.p), second = get_u64(b.p + 8);
	struct bytes proof = { b.p + 16 + 2 * HASH, b.n - 16 - 2 * HASH };
	struct bytes before = { b.p + 16, HASH };
	uint8_t root[HASH];
	memcpy(root, b.p + 16 + HASH, HASH);
	if (!tree_consistency_holds(first, second, proof, before, bytes_of(root, HASH)))
		return;
	assert(first > 0 && first <= second);
	root[0] ^= 1;
	assert(!tree_consistency_holds(first, second, proof, before, bytes_of(root, HASH)));
}

/* RFC 6962 section 2.1, as it stands there. */
static void naive_root(uint8_t (*leaf)[HASH], size_t n, uint8_t out[HASH])
{
	if (n == 1) {
		memcpy(out, leaf[0], HASH);
		return;
	}
	size_t k = 1;
	while (k * 2 < n)
		k *= 2;
	uint8_t left[HASH], right[HASH];
	naive_root(leaf, k, left);
	naive_root(leaf + k, n - k, right);
	tree_node(left, right, out);
}

/* The proof of RFC 6962 section 2.1.1; returns its hashes. */
static size_t naive_path(uint8_t (*leaf)[HASH], size_t index, size_t n, uint8_t (*out)[HASH])
{
	if (n == 1)
		return 0;
	size_t k = 1;
	while (k * 2 < n)
		k *= 2;
	size_t count = index < k ? naive_path(leaf, index, k, out)
				 : naive_path(leaf + k, index - k, n - k, out);
	if (index < k)
		naive_root(leaf + k, n - k, out[count]);
	else
		naive_root(leaf, k, out[count]);
	return count + 1;
}

static void try_leaves(struct bytes b)
{
	static uint8_t leaf[256][HASH];
	struct frontier frontier = { 0 };
	size_t n = 0;
	for (size_t at = 0; at < b.n && n < COUNT(leaf); n++) {
		size_t size = b.p[at] % 8u < b.n - at ? b.p[at] % 8u : b.n - at;
		tree_leaf(bytes_of(b.p + at, size), leaf[n]);
		frontier_add(&frontier, leaf[n]);
		at += size + 1;
	}
	if (n == 0)
		return;
	uint8_t wanted[HASH], root[HASH], path[16][HASH];
	naive_root(leaf, n, wanted);
	frontier_root(&frontier, root);
	assert(frontier.size == n && memcmp(wanted, root, HASH) == 0);
	size_t index = b.p[b.n - 1] % n;
	struct bytes proof = bytes_of(path, naive_path(leaf, index, n, path) * HASH);
	struct bytes hash = bytes_of(leaf[index], HASH);
	assert(tree_inclusion_holds(index, n, hash, proof, bytes_of(root, HASH)));
	for (size_t other = 0; other <= n; other++)
		if (other != index && memcmp(leaf[other % n], leaf[index], HASH) != 0)
			assert(!tree_inclusion_holds(other, n, hash, proof, bytes_of(root, HASH)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct bytes rest = bytes_of(data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		try_frontier(rest);
		break;
	case 1:
		try_inclusion(rest);
		break;
	case 2:
		try_consistency(rest);
		break;
	case 3:
		try_leaves(rest);
		break;
	}
	return 0;
}
