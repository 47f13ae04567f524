/*
 * record.h: records: structs, their tables and the one codec that all of them share.
 *
 * A record has two forms. WIRE: a msgpack map by field name, days as "YYYY-MM-DD"; what officers
 * sign and clients read. DISK: a map by field id, in table order, zero fields left out; what the
 * journal and the views hold. Fields marked WORDS never stand in either: in WIRE form they travel
 * as a group of their own, and the map holds their commitment under "w".
 */
#ifndef HOIAM_PROTO_RECORD_H
#define HOIAM_PROTO_RECORD_H

#include "proto/arena.h"
#include "proto/pack.h"

enum kind {
	KIND_UINT,  /* uint64_t; max: largest value, 0 = any */
	KIND_DAY,   /* uint32_t, see day.h; 0 = none */
	KIND_TIME,  /* int64_t, µs since 1970 UTC */
	KIND_CODE,  /* struct text: letters, digits, . _ - /; max bytes */
	KIND_TEXT,  /* struct text, NFC; one line unless BLOCK; max bytes */
	KIND_BIN,   /* struct bytes; max bytes */
	KIND_NUM,   /* struct num; DISK form only */
	KIND_UINTS, /* struct uints; max entries */
	KIND_CODES, /* struct texts, each a code; max entries */
	KIND_LIST,  /* struct list of the record named in `of`; max entries */
};

enum field_flags {
	REQ = 1,       /* must be there and not be empty */
	POS = 2,       /* a positional argument at the command line */
	WORDS = 4,     /* personal words: detached from what is signed */
	BLOCK = 8,     /* text of several lines */
	EXACT = 16,    /* BIN of exactly max bytes */
	UNIT = 32,     /* UINT, UINTS: numbers of units, shown as codes */
	TERM = 64,     /* UINT: number of a policy's term, shown as its code */
	STATE = 128,   /* UINT: state of a case, shown by name */
	STEP = 256,    /* UINT: step of a case, shown by its verb */
	BODY = 512,    /* UINT: so many bytes belong to the record and travel in chunks; words named
			  "sha256" commit to them */
	SENT = 1024,   /* of an event: made by who asked for it, who is not told it again */
	PERSON = 2048, /* UINT: what became of one who asked to speak, shown by name */
	PAPER = 4096,  /* UINT: kind of a paper, shown by name */
	OF_FILE = 8192, /* BIN: SHA-256 of a file that a client may be given in its place */
	DASHED = 16384, /* CODE: check code, shown with dashes */
};

struct record;

struct field {
	uint8_t id;
	enum kind kind;
	uint16_t flags;
	uint32_t max;
	size_t offset;
	const char *name;
	const struct record *(*of)(void); /* KIND_LIST: the entries' record */
	const char *help;
};

struct record {
	const char *name;
	const char *help;
	const struct field *fields;
	size_t count;
	size_t size; /* of the struct */
};

#define STRUCT_UINT  uint64_t
#define STRUCT_DAY   uint32_t
#define STRUCT_TIME  int64_t
#define STRUCT_CODE  struct text
#define STRUCT_TEXT  struct text
#define STRUCT_BIN   struct bytes
#define STRUCT_NUM   struct num
#define STRUCT_UINTS struct uints
#define STRUCT_CODES struct texts

/* clang-format off */
#define EVENT(code, name, help) RECORD(ev_##name, help)
#define RECORD(name, help) struct name {
#define FIELD(id, name, kind, max, flags, help) STRUCT_##kind name;
#define LIST(id, name, record, max, flags, help) struct list name;
#define END(name) };
#include "proto/record.def"
#undef RECORD
#undef FIELD
#undef LIST
#undef END

#define RECORD(name, help) const struct record *record_##name(void);
#define FIELD(id, name, kind, max, flags, help)
#define LIST(id, name, record, max, flags, help)
#define END(name)
#include "proto/record.def"
#undef RECORD
#undef FIELD
#undef LIST
#undef END
#undef EVENT
/* clang-format on */

/* The body of record_<name>() for every row of a .def with these macros (record.c, store/row.c). */
#define RECORD_BODY(name, help)                                                                    \
	const struct record *record_##name(void)                                                   \
	{                                                                                          \
		typedef struct name self;                                                          \
		static const char self_help[] = help;                                              \
		static const struct field fields[] = {
#define FIELD_BODY(id, name, kind, max, flags, help)                                               \
	{ id, KIND_##kind, flags, max, offsetof(self, name), #name, NULL, help },
#define LIST_BODY(id, name, record, max, flags, help)                                              \
	{ id, KIND_LIST, flags, max, offsetof(self, name), #name, record_##record, help },
#define END_BODY(name)                                                                             \
	}                                                                                          \
	;                                                                                          \
	static const struct record self_record = { #name, self_help, fields, COUNT(fields),        \
		sizeof(self) };                                                                    \
	return &self_record;                                                                       \
	}

/* One group of words beside a signed head: 32 bytes of salt, and a msgpack map of the WORDS fields.
 */
struct group {
	uint8_t salt[32];
	struct bytes words;
	uint8_t commit[32]; /* set when the group is written, or was checked against the head */
};

/*
 * Groups met while writing (client) or to be met while reading (server), in the head's order.
 * salt_seed: NULL for random salts; 32 secret bytes when the same record must give the same salts
 * again, so that a repeated request is the same to the byte.
 */
struct groups {
	struct group *v;
	size_t n, room, next;
	const uint8_t *salt_seed;
};

void groups_fini(struct groups *g);

/* SHA-256("hoiam/w1" ‖ salt ‖ words): the commitment that stands in the head. */
void group_commit(const struct group *g, uint8_t out[static 32]);

/* Zero bytes, empty list, no day: what stands for "not given". */
bool field_is_empty(const struct field *f, const void *record);

/* Bytes of the body that belongs to a record: the field marked BODY; 0: none. */
uint64_t record_body(const struct record *r, const void *record);

/* The field of this name, NULL if none. */
const struct field *record_field(const struct record *r, struct text name);

/*
 * WIRE form. Words become groups added to `g` with fresh salts and memory of `a`; with g NULL the
 * record must have none. Empty fields are left out.
 */
void record_write_wire(struct writer *w, const struct record *r, const void *from, struct groups *g,
	struct arena *a);

/*
 * Read WIRE form into *to (zeroed first); texts borrow the reader's bytes, lists live in `a`.
 * Checks types, sizes, text rules, REQ and unknown or double keys; words are taken from the next
 * group of `g` after checking its commitment (E_WORDS).
 */
enum err record_read_wire(struct reader *rd, const struct record *r, void *to, struct groups *g,
	struct arena *a, struct fault *f);

/* The checks of record_read_wire on a struct filled by other means (REQ, ranges, texts). */
enum err record_check(const struct record *r, const void *record, struct fault *f);

/* Words alone, as stored: a msgpack map of the WORDS fields of `r`. Other fields are left alone. */
enum err record_read_words(struct bytes words, const struct record *r, void *to, struct fault *f);

/* DISK form. */
void record_write_disk(struct writer *w, const struct record *r, const void *from);

/* Read DISK form; E_TOO_NEW for an unknown id, E_CORRUPT for anything else that is wrong. */
enum err record_read_disk(
	struct reader *rd, const struct record *r, void *to, struct arena *a, struct fault *f);

/* Copy the fields of `from` into those of `to` that have the same name and kind. */
void record_project(const struct record *rf, const void *from, const struct record *rt, void *to);

#endif
