/* Pseudonyms for a recorded machine: the same name is the same pseudonym everywhere.
 *
 * Letters become letters, digits digits, and each character one of as many bytes; what stands
 * between them stays, for that is what parsers stumble over. The first 15 bytes of a name are
 * replaced by themselves, so that the name which the kernel cuts there still begins the whole. */
#ifndef CLI_RECORD_NAMES_H
#define CLI_RECORD_NAMES_H

#include "map.h"
#include "text/text.h"

/* Starts as {0}, or {.keep = true} to leave the names of programs as they are. */
struct names {
    struct map runs;   /* letters and digits in a row -> what stands for them */
    struct map shapes; /* their kinds of characters -> how many of those there were */
    struct map words;  /* whole words with a pseudonym of their own: users */
    struct map ends;   /* addresses, see record_addresses.h */
    bool keep;
};

/* What a name is, where that decides what of it may stay. */
enum name_kind { NAME_FILE, NAME_PROGRAM };

void names_free(struct names *names);

/* Whether memory ran out: what was written since must not be used. */
bool names_failed(const struct names *names);

/* From now on this whole word is `userUID`. */
void names_add_user(struct names *names, const char *user, unsigned uid);

/* Any text, run by run. */
void names_text(struct names *names, struct buffer *out, const char *data, size_t len);

/* One name, of at most one component. */
void names_name(struct names *names, struct buffer *out, const char *data, size_t len,
                enum name_kind kind);

/* A path; the kind is that of its last component. */
void names_path(struct names *names, struct buffer *out, const char *data, size_t len,
                enum name_kind kind);

/* What a link below /proc/PID leads to, and the file of a mapping: a path, perhaps deleted, or
 * something like "socket:[123]". */
void names_target(struct names *names, struct buffer *out, const char *data, size_t len,
                  enum name_kind kind);

/* Names of devices: those that kernels give stay. */
void names_disk(struct names *names, struct buffer *out, const char *data, size_t len);
void names_interface(struct names *names, struct buffer *out, const char *data, size_t len);
void names_supply(struct names *names, struct buffer *out, const char *data, size_t len);

/* An argument: leading dashes, spaces and the length stay. */
void names_argument(struct buffer *out, const char *data, size_t len);

#endif
