/* words.h: for tools/pot alone: words that the server sends and the client translates. */

/* States of meetings. */
N_("OPEN")
N_("RECORDED")
N_("CONCLUDED")
N_("INCOMPLETE")

/* States of conclusions. */
N_("DRAFT")
N_("CHECKED")
N_("SIGNED")
N_("ISSUED")

/* What rows of tables say besides. */
N_("active")
N_("revoked")
N_("journal root")
N_("merging proposed into")
N_("merged into")
N_("merged case")
N_("jumped")
N_("other register")
N_("good")

/* What is needed first, and what a report that is of a part was counted over. */
N_("a new connection")
N_("the line of an enrolled device")
N_("units counted")
