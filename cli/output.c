/* How answers and failures are printed. */
#include "cli.h"
#include "platform.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* stderr is the last resort: when it cannot be written either, the exit status has to do. */
static void print_line(const char *format, va_list args)
{
    char line[1024];
    int len = vsnprintf(line, sizeof line, format, args);
    if (len < 0)
        return;
    size_t kept = (size_t)len < sizeof line ? (size_t)len : sizeof line - 1;
    struct buffer out = {0};
    buffer_add_text(&out, "psutil: ");
    buffer_add_safe(&out, line, kept);
    buffer_add_text(&out, "\n");
    fwrite(out.data, 1, out.len, stderr);
    buffer_free(&out);
}

int cli_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    return CLI_FAILED;
}

int cli_no_such(const char *what, const char *name, const void *names, size_t len, size_t stride,
                const char *lister)
{
    const char *nearest = text_nearest(name, names, len, stride);
    if (nearest)
        return cli_error("no %s is called %s; did you mean %s?", what, name, nearest);
    return cli_error("no %s is called %s; %s lists them", what, name, lister);
}

void cli_note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void cli_note_hidden(const struct cli *cli, const char *what, size_t count, const char *one,
                     const char *more)
{
    const char *name = cli->command->name;
    if (platform_is_admin())
        cli_note("not shown to you: %s %zu %s", what, count, count == 1 ? one : more);
    else
        cli_note("not shown to you: %s %zu %s; sudo psutil %s shows all", what, count,
                 count == 1 ? one : more, name);
}

int cli_usage_lines(const char *what, const char *lines)
{
    size_t len = strcspn(lines, "\n");
    cli_usage("%s: %.*s", what, (int)len, lines);
    struct buffer out = {0};
    for (lines += len; *lines; lines += len) {
        lines++;
        len = strcspn(lines, "\n");
        buffer_add_text(&out, "  ");
        buffer_add_safe(&out, lines, len);
        buffer_add_text(&out, "\n");
    }
    fwrite(out.data, 1, out.len, stderr);
    buffer_free(&out);
    return CLI_USAGE;
}

int cli_usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    return CLI_USAGE;
}

/* The detail is the thread's last failure; where it is about something else (no memory was left to
 * note it), the code alone speaks. */
void cli_error_text(char *text, size_t size, const struct cli *cli, int code)
{
    psutil_error error;
    if (psutil_error_detail(&error, cli->ctx) && error.code == code)
        psutil_error_format(text, size, &error);
    else
        snprintf(text, size, "%s: %s", psutil_error_name(code), psutil_error_text(code));
}

int cli_failed(const struct cli *cli, int code)
{
    char text[512];
    cli_error_text(text, sizeof text, cli, code);
    if (code == PSUTIL_EACCES && cli->command && !platform_is_admin())
        return cli_error("%s; try sudo psutil %s", text, cli->command->name);
    return cli_error("%s", text);
}

int cli_print(const struct buffer *out)
{
    if (out->failed)
        return cli_error("out of memory");
    bool written = out->len == 0 || fwrite(out->data, 1, out->len, stdout) == out->len;
    if (written && fflush(stdout) == 0)
        return CLI_DONE;
    if (errno == EPIPE)
        return CLI_FAILED; /* the reader has left and knows it */
    return cli_error("cannot write the answer: %s", strerror(errno));
}

struct json cli_json(const struct cli *cli)
{
    return (struct json){.pretty = cli->terminal};
}

int cli_print_json(struct json *json)
{
    buffer_add_text(&json->out, "\n");
    int status = cli_print(&json->out);
    json_free(json);
    return status;
}
