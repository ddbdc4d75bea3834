/* Counters of interfaces from /proc/net/dev. */
#include "core/records.h"
#include "os/linux/interfaces_kept.h"
#include "parse/net_dev.h"

#include <errno.h>

static void add_row(struct ps_list *list, const struct ps_net_dev *dev)
{
    psutil_snetio *row = ps_list_add(list);
    if (!row)
        return;
    row->name = ps_list_string(list, dev->name.data, dev->name.len);
    row->bytes_sent = dev->bytes_sent;
    row->bytes_recv = dev->bytes_recv;
    row->packets_sent = dev->packets_sent;
    row->packets_recv = dev->packets_recv;
    row->errin = dev->errin;
    row->errout = dev->errout;
    row->dropin = dev->dropin;
    row->dropout = dev->dropout;
}

/* "net" is a link into the folder of the reading process, which the proc root of a container's
 * host does not hold: its first process tells then. */
static int read_dev(psutil *ctx, struct ps_text *text)
{
    struct ps_dir proc = ps_proc(ctx), init = {ctx->roots.proc, 1, -1, NULL, NULL};
    if (ps_text_try(text, &proc, "net/dev") == 0)
        return 0;
    int saved = errno;
    if (!ps_linux_of(ctx)->live && saved == ENOENT && ps_text_try(text, &init, "net/dev") == 0)
        return 0;
    errno = saved;
    return ps_fail_errno(ctx, "open", &proc, "net/dev");
}

/* Whether reading ended within a line, so that interfaces are missing. */
static bool is_cut(const struct ps_text *text)
{
    struct ps_net_dev ignored;
    size_t start = text->len;
    while (start > 0 && text->data[start - 1] != '\n')
        start--;
    struct ps_cursor last = ps_cursor_of_lines(text->data + start, text->len - start);
    return start < text->len && !ps_parse_net_dev(&last, &ignored);
}

static psutil_snetio_list *known_rows(psutil *ctx)
{
    struct ps_list list;
    struct ps_network *network =
        ps_linux_of(ctx)->live ? ps_network_hold(ctx, PS_OF_PROCESS) : NULL;
    if (!network)
        return NULL;
    ps_list_init(&list, &ps_record_snetio);
    bool counted = ps_network_counters(ctx, network, &list) == 0;
    ps_network_release(ctx);
    psutil_snetio_list *rows = counted ? ps_list_finish(&list) : NULL;
    ps_list_free(&list);
    return rows;
}

int ps_os_net_io(psutil *ctx, psutil_snetio_list **out)
{
    struct ps_text text;
    struct ps_list list;
    struct ps_net_dev dev;
    psutil_snetio_list *rows = known_rows(ctx);
    if (rows) {
        *out = rows;
        return 0;
    }
    ps_text_init(&text);
    int rc = read_dev(ctx, &text);
    if (rc != 0)
        goto done;
    if (is_cut(&text)) {
        struct ps_dir proc = ps_proc(ctx);
        rc = ps_fail_data(ctx, &proc, "net/dev");
        goto done;
    }
    ps_list_init(&list, &ps_record_snetio);
    struct ps_cursor c = ps_cursor_of_lines(text.data, text.len);
    while (ps_parse_net_dev(&c, &dev))
        add_row(&list, &dev);
    rows = ps_list_finish(&list);
    if (rows)
        *out = rows;
    else
        rc = ps_fail_memory(ctx);
done:
    ps_text_free(&text);
    return rc;
}
