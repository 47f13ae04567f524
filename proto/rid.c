/* rid.c: UUIDs of version 7. */
#include "proto/rid.h"

#include <assert.h>

#include <sodium.h>

void rid_make(uint8_t out[static RID_BYTES], int64_t now_us)
{
	assert(now_us >= 0);
	uint64_t ms = (uint64_t)now_us / 1000;
	randombytes_buf(out, RID_BYTES);
	put_u16(out, (uint16_t)(ms >> 32));
	put_u32(out + 2, (uint32_t)ms);
	out[6] = (uint8_t)(0x70 | (out[6] & 0x0f));
	out[8] = (uint8_t)(0x80 | (out[8] & 0x3f));
}

bool rid_valid(struct bytes rid)
{
	return rid.n == RID_BYTES && rid.p[6] >> 4 == 7 && rid.p[8] >> 6 == 2;
}

int64_t rid_ms(const uint8_t rid[static RID_BYTES])
{
	return (int64_t)((uint64_t)get_u16(rid) << 32 | get_u32(rid + 2));
}
