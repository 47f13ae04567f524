/* limits.h: every bound that both ends keep. Bounds that an operator may set are in
 * daemon/conf.def. */
#ifndef HOIAM_PROTO_LIMITS_H
#define HOIAM_PROTO_LIMITS_H

#define LIMIT_MESSAGE_BYTES (256u * 1024) /* one RPC message */
#define LIMIT_HELLO_BYTES   1024u         /* one RPC message before hello */
#define LIMIT_HEAD_BYTES    (60u * 1024)  /* what an officer signs */
#define LIMIT_EVENT_BYTES   1024u         /* one event, a leaf of the journal */
#define LIMIT_DEPTH         16u           /* nesting of msgpack */
#define LIMIT_NODES         16384u        /* values in one msgpack message */
#define LIMIT_FIELDS        64u           /* fields of one record */

#define LIMIT_CODE             40u    /* a code: unit, kind, topic, role */
#define LIMIT_NAME             200u   /* names of people, units, places, in bytes */
#define LIMIT_LINE             500u   /* one line of text */
#define LIMIT_TEXT             32768u /* words of one opinion, answer or direction */
#define LIMIT_NUMBER           64u    /* a register number as text */
#define LIMIT_OPINIONS_ACTION  300u   /* opinions in one action */
#define LIMIT_OPINIONS_MEETING 20000u
#define LIMIT_ITEM_ORDINALS    200u /* opinions under one item of a conclusion */
#define LIMIT_ITEMS_ACTION     300u
#define LIMIT_ITEMS_CONCLUSION 20000u
#define LIMIT_UNITS_ACTION     200u
#define LIMIT_KEY              64u                 /* key of a case in another register */
#define LIMIT_IMPORT_ROWS      300u                /* rows in one action */
#define LIMIT_BODY_BYTES       (16u * 1024 * 1024) /* one body: a photograph, a scan */
#define LIMIT_CHUNK_BYTES      (48u * 1024)        /* one part of a body on the wire */
#define LIMIT_CHUNK_WINDOW     8u                  /* parts sent and not acknowledged */
#define LIMIT_ATTACHMENTS      100u                /* bodies of one case */
#define LIMIT_HEADS            16u                 /* bodies that hold one meeting together */
#define LIMIT_GRANTS           64u                 /* grants of one officer */
#define LIMIT_CURSOR           112u                /* a sealed place in a list */
#define LIMIT_PAGE             500u                /* rows of one page of a list */
#define LIMIT_EVENTS_ANSWER    500u                /* events in the answer to a change */
#define LIMIT_YEAR_FIRST       1900u
#define LIMIT_YEAR_LAST        2999u

#endif
