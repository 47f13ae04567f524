/* qr.h: a check code as a QR code (ISO/IEC 18004, by libqrencode), level M. */
#ifndef HOIAM_CLIENTS_PAPER_QR_H
#define HOIAM_CLIENTS_PAPER_QR_H

#include "proto/pack.h"

/* As lines of half blocks, two modules a cell in height, dark on light, with a quiet zone. Nothing
 * when libqrencode cannot. `code` has at most 64 signs (asserted), of capitals, digits and '-'. */
void qr_blocks(struct text code, struct writer *w);

/* As an SVG picture of `mm` millimetres. */
void qr_svg(struct text code, unsigned mm, struct writer *w);

#endif
