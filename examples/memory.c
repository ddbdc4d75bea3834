/* How much memory this machine has left.
 * cc memory.c $(pkg-config --cflags --libs libpsutil) */
#include <psutil.h>

#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    psutil *ctx;
    int status = psutil_open(&ctx, NULL);
    if (status != 0) {
        fprintf(stderr, "%s\n", psutil_error_text(status));
        return 1;
    }

    psutil_svmem memory;
    status = psutil_virtual_memory(&memory, ctx);
    if (status == 0) {
        printf("%" PRId64 " of %" PRId64 " MiB available, %.1f%% in use\n", memory.available >> 20,
               memory.total >> 20, memory.percent);
    } else {
        psutil_error error;
        char line[512];
        psutil_error_detail(&error, ctx);
        psutil_error_format(line, sizeof line, &error);
        fprintf(stderr, "%s\n", line);
    }

    psutil_close(ctx);
    return status != 0;
}
