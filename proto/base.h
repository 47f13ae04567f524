/* base.h: the few words that every file speaks: views, ownership, memory, bytes in big-endian
 * order. */
#ifndef HOIAM_PROTO_BASE_H
#define HOIAM_PROTO_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed run of UTF-8. Not terminated. */
struct text {
	const char *p;
	size_t n;
};

/* A borrowed run of bytes. */
struct bytes {
	const uint8_t *p;
	size_t n;
};

/* A borrowed list of small numbers. */
struct uints {
	const uint32_t *v;
	size_t n;
};

/* A borrowed list of texts. */
struct texts {
	const struct text *v;
	size_t n;
};

/* A borrowed list of records; which record they are is said by the field's table row. */
struct list {
	void *v;
	size_t n;
};

/*
 * A register number: series (the id of the first unit that bore the code), year, dense number.
 * n = 0 means "none".
 */
struct num {
	uint32_t series;
	uint32_t n;
	uint16_t year;
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A local that owns: AUTO(x_free) struct x *local. Hand it over with TAKE(local). */
#define AUTO(fn) __attribute__((cleanup(fn##_auto)))
#define DEFINE_AUTO(type, fn)                                                                      \
	static inline void fn##_auto(type *owned)                                                  \
	{                                                                                          \
		fn(*owned);                                                                        \
	}
#define TAKE(local)                                                                                \
	__extension__({                                                                            \
		typeof(local) taken_ = (local);                                                    \
		(local) = NULL;                                                                    \
		taken_;                                                                            \
	})

/* Allocation that does not return when there is no memory: callers limit every size beforehand. */
[[nodiscard]] void *xmalloc(size_t size);
[[nodiscard]] void *xcalloc(size_t count, size_t size);
[[nodiscard]] void *xrealloc(void *old_own, size_t size);
[[nodiscard]] char *xstrndup(const char *from, size_t n);

/* free() that can be named in AUTO. */
static inline void xfree_auto(void *owned)
{
	extern void free(void *);
	void *block;
	memcpy(&block, owned, sizeof(block));
	free(block);
}

static inline struct text text_of(const char *string)
{
	return (struct text){ string, string == NULL ? 0 : strlen(string) };
}

static inline bool text_equal(struct text a, struct text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool text_is(struct text a, const char *string)
{
	return text_equal(a, text_of(string));
}

static inline struct bytes bytes_of(const void *p, size_t n)
{
	return (struct bytes){ p, n };
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool num_equal(struct num a, struct num b)
{
	return a.series == b.series && a.year == b.year && a.n == b.n;
}

/* Big-endian numbers in keys and frames. */
static inline void put_u16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void put_u32(uint8_t *at, uint32_t v)
{
	put_u16(at, (uint16_t)(v >> 16));
	put_u16(at + 2, (uint16_t)v);
}

static inline void put_u64(uint8_t *at, uint64_t v)
{
	put_u32(at, (uint32_t)(v >> 32));
	put_u32(at + 4, (uint32_t)v);
}

static inline uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}

static inline uint64_t get_u64(const uint8_t *at)
{
	return (uint64_t)get_u32(at) << 32 | get_u32(at + 4);
}

#endif
