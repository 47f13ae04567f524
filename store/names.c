/* names.c: persons by name and number, and what they came with. */
#include "store/names.h"

#include "proto/text.h"
#include "store/journal.h"

enum { NAME_STARTS_MAX = 8, COMING_TAIL = 1 + 1 + NUM_KEY_BYTES + 8 };

size_t name_fold(enum name_what what, struct text t, char out[static NAME_KEY_BYTES])
{
	char folded[LIMIT_NAME * 3];
	size_t n = text_fold(t, folded, sizeof(folded)), kept = 0;
	if (n > sizeof(folded))
		n = 0;
	for (size_t i = 0; i < n && kept < NAME_KEY_BYTES; i++)
		if (what == NAME_NAME || (folded[i] != ' ' && folded[i] != '.' && folded[i] != '-'))
			out[kept++] = folded[i];
	return kept;
}

struct key key_of_name(uint32_t unit, enum name_what what, const char *folded, size_t n)
{
	struct key k = key_of_u32(unit);
	key_u8(&k, (uint8_t)what);
	key_text(&k, (struct text){ folded, n });
	return k;
}

struct num name_person(struct bytes key)
{
	return key.n < NUM_KEY_BYTES ? (struct num){ 0 }
				     : key_get_num(key.p + key.n - NUM_KEY_BYTES);
}

/* One start of a name, or a number: a row to put or to take away. */
struct name_row {
	struct txn *txn, *words;
	uint32_t unit;
	struct num person;
	bool remove;
};

static void put_row(const struct name_row *r, enum name_what what, struct text t)
{
	char folded[NAME_KEY_BYTES];
	size_t n = name_fold(what, t, folded);
	if (n == 0)
		return;
	struct key k = key_of_name(r->unit, what, folded, n);
	key_u8(&k, 0);
	key_num(&k, r->person);
	if (r->remove)
		txn_del(r->txn, STORE_name, key_bytes(&k));
	else
		txn_put(r->txn, STORE_name, key_bytes(&k), (struct bytes){ 0 });
}

/* A name is found by each of its parts and what follows: people are called by the last. */
static void put_name(const struct name_row *r, struct text name)
{
	unsigned starts = 0;
	for (size_t i = 0; i < name.n && starts < NAME_STARTS_MAX; i++)
		if (name.p[i] != ' ' && (i == 0 || name.p[i - 1] == ' ')) {
			put_row(r, NAME_NAME, (struct text){ name.p + i, name.n - i });
			starts++;
		}
}

static void put_rows(const struct name_row *r, uint64_t seq, uint64_t group, struct arena *a)
{
	struct group found;
	struct person_add *said = arena_alloc(a, 1, sizeof(*said));
	if (group == 0 || !journal_words(r->words, seq, (uint16_t)(group - 1), &found) ||
		record_read_words(arena_bytes(a, found.words), record_person_add(), said, NULL) !=
			OK)
		return;
	put_name(r, said->name);
	put_row(r, NAME_ID, said->id);
}

void names_add(struct txn *txn, struct txn *words, uint32_t unit, struct num person, uint64_t seq,
	uint64_t group, struct arena *a)
{
	const struct name_row row = { txn, words, unit, person, false };
	put_rows(&row, seq, group, a);
}

void names_remove(struct txn *txn, struct txn *words, uint32_t unit, struct num person,
	uint64_t seq, uint64_t group, struct arena *a)
{
	const struct name_row row = { txn, words, unit, person, true };
	put_rows(&row, seq, group, a);
}

/* What a person came with. */

struct key key_of_coming(struct text person)
{
	struct key k = key_of_text(person);
	key_u8(&k, 0);
	return k;
}

void coming_read(struct bytes key, enum noun *noun, struct num *number)
{
	const uint8_t *p = key.p + key.n - (COMING_TAIL - 1);
	*noun = (enum noun)p[0];
	*number = key_get_num(p + 1);
}

/* The number of a person among words, of whatever record they are. */
static struct text person_of(struct bytes words)
{
	struct reader rd = reader_of(words);
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		bool found = text_is(read_text(&rd), "person");
		if (found && read_type(&rd) == PACK_TEXT)
			return read_text(&rd);
		(void)read_any(&rd);
	}
	return (struct text){ 0 };
}

static uint64_t place_of(uint64_t seq, uint64_t group)
{
	return seq << 16 | group;
}

void coming_add(struct txn *txn, struct txn *words, uint64_t seq, uint64_t group, enum noun noun,
	struct num number)
{
	struct group found;
	if (group == 0 || !journal_words(words, seq, (uint16_t)(group - 1), &found))
		return;
	struct text person = person_of(found.words);
	if (person.n == 0 || person.n > LIMIT_NUMBER)
		return;
	struct key k = key_of_coming(person);
	key_u8(&k, (uint8_t)noun);
	key_num(&k, number);
	key_u64(&k, place_of(seq, group));
	txn_put(txn, STORE_coming, key_bytes(&k), (struct bytes){ 0 });
}

void coming_remove(struct txn *txn, struct txn *words, uint64_t seq, uint64_t group)
{
	struct group found;
	struct bytes key, value;
	struct key gone = { .n = 0 };
	if (!journal_words(words, seq, (uint16_t)(group - 1), &found))
		return;
	struct text person = person_of(found.words);
	if (person.n == 0 || person.n > LIMIT_NUMBER)
		return;
	struct key prefix = key_of_coming(person);
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, STORE_coming, key_bytes(&prefix));
	while (gone.n == 0 && scan_next(&s, &key, &value))
		if (get_u64(key.p + key.n - 8) == place_of(seq, group)) {
			memcpy(gone.p, key.p, key.n);
			gone.n = key.n;
		}
	if (gone.n > 0)
		txn_erase(txn, STORE_coming, key_bytes(&gone));
}
