/* tree.h: the Merkle tree over the journal: hashes, the growing frontier, proofs. SHA-256
 * throughout. */
#ifndef HOIAM_PROTO_TREE_H
#define HOIAM_PROTO_TREE_H

#include "proto/err.h"

#define TREE_HASH_BYTES    32u
#define FRONTIER_PEAKS_MAX 64u
#define FRONTIER_BYTES_MAX (8u + FRONTIER_PEAKS_MAX * TREE_HASH_BYTES)

/*
 * What a tree of `size` leaves must keep to grow: the root of each complete subtree, one for every
 * set bit of size, the largest (and leftmost) first. All zeros is the empty tree.
 */
struct frontier {
	uint64_t size;
	uint8_t peak[FRONTIER_PEAKS_MAX][TREE_HASH_BYTES];
};

/* The hash of a leaf: SHA-256(0x00 || entry) (RFC 6962 section 2.1). */
void tree_leaf(struct bytes entry, uint8_t out[static TREE_HASH_BYTES]);

/* The hash of a node: SHA-256(0x01 || left || right). out may be left or right. */
void tree_node(const uint8_t left[static TREE_HASH_BYTES],
	const uint8_t right[static TREE_HASH_BYTES], uint8_t out[static TREE_HASH_BYTES]);

/* Appends the hash of a leaf. The size must be below 2^64 - 1 (asserted). */
void frontier_add(struct frontier *frontier, const uint8_t leaf[static TREE_HASH_BYTES]);

/* The root of the tree (RFC 6962 section 2.1, MTH); SHA-256 of nothing for the empty tree. */
void frontier_root(const struct frontier *frontier, uint8_t out[static TREE_HASH_BYTES]);

/* Writes the size in 8 bytes, big-endian, then the peaks, the largest first; returns the bytes. */
size_t frontier_write(const struct frontier *frontier, uint8_t out[static FRONTIER_BYTES_MAX]);

/*
 * Reads what frontier_write wrote. E_CORRUPT when the length is not that of the size; *frontier is
 * then left alone. Peaks that are not used are zero.
 */
enum err frontier_read(struct bytes from, struct frontier *frontier, struct fault *f);

/*
 * Does the proof show that the leaf with this hash is number `index` (from 0) of the tree of `size`
 * leaves with this root (RFC 9162 section 2.1.3.2)? The proof is its hashes one after another; a
 * leaf or a root that is not 32 bytes, or a proof that is not whole hashes, holds nothing.
 */
bool tree_inclusion_holds(
	uint64_t index, uint64_t size, struct bytes leaf, struct bytes proof, struct bytes root);

/*
 * Does the proof show that the tree of `second` leaves begins with that of `first` leaves (RFC 9162
 * section 2.1.4.2)? Lengths as above. Equal sizes need equal roots and no proof; a first size of 0
 * shows nothing and does not hold.
 */
bool tree_consistency_holds(uint64_t first, uint64_t second, struct bytes proof,
	struct bytes first_root, struct bytes second_root);

#endif
