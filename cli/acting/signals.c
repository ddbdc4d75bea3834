#include "signals.h"

#include "platform.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_same(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static const char *without_prefix(const char *name)
{
    bool prefixed = toupper((unsigned char)name[0]) == 'S' &&
                    toupper((unsigned char)name[1]) == 'I' &&
                    toupper((unsigned char)name[2]) == 'G';
    return prefixed ? name + 3 : name;
}

/* "RTMIN+2", "RTMAX-1". */
static int realtime_number(const char *text)
{
    char base[6] = {0}, *end;
    int first = platform_first_realtime(), last = platform_last_realtime();
    for (size_t i = 0; i < sizeof base - 1 && text[i]; i++)
        base[i] = (char)toupper((unsigned char)text[i]);
    bool low = strcmp(base, "RTMIN") == 0;
    if (!low && strcmp(base, "RTMAX") != 0)
        return -1;
    const char *rest = text + 5;
    if (*rest && *rest != (low ? '+' : '-'))
        return -1;
    long more = *rest ? strtol(rest, &end, 10) : 0;
    if (*rest && (!isdigit((unsigned char)rest[1]) || *end))
        return -1;
    if (labs(more) > last - first)
        return -1;
    return (int)(low ? first + more : last + more);
}

int signal_number(const char *text)
{
    char *end;
    long number = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : -1;
    if (number >= 0)
        return *end == '\0' && number < 1000 ? (int)number : -1;
    const char *name = without_prefix(text);
    for (const struct platform_signal *s = platform_signals(); s->name; s++)
        if (is_same(without_prefix(s->name), name))
            return s->number;
    return realtime_number(name);
}

void signal_name(char name[SIGNAL_NAME], int number)
{
    int first = platform_first_realtime();
    for (const struct platform_signal *s = platform_signals(); s->name; s++)
        if (s->number == number) {
            snprintf(name, SIGNAL_NAME, "%s", s->name);
            return;
        }
    if (number == first && first > 0)
        snprintf(name, SIGNAL_NAME, "SIGRTMIN");
    else if (number > first && number <= platform_last_realtime())
        snprintf(name, SIGNAL_NAME, "SIGRTMIN+%d", number - first);
    else
        snprintf(name, SIGNAL_NAME, "%d", number);
}

static const char *doc_of(int number)
{
    for (const struct platform_signal *s = platform_signals(); s->name; s++)
        if (s->number == number)
            return s->doc;
    return "";
}

void signal_list(struct buffer *out)
{
    enum { NUMBERS = 128 };
    for (int number = 1; number < NUMBERS; number++) {
        char name[SIGNAL_NAME];
        signal_name(name, number);
        if (isdigit((unsigned char)*name))
            continue;
        const char *doc = doc_of(number);
        if (*doc)
            buffer_addf(out, "%3d  %-12s  %s\n", number, name, doc);
        else
            buffer_addf(out, "%3d  %s\n", number, name);
    }
}
