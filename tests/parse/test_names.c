/* Users in /etc/passwd, and terminals in /proc/tty/drivers. */
#include "parse/passwd.h"
#include "parse/tty_drivers.h"

#include "../test.h"

#include <psutil/base.h>

static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\n# comment\n+nis\n:x:7::::\n"
                             "longer.name@domain:x:1000:1000::/:/bin/sh\nbroken:x:12\nlast:x:3:3:";

static const char *user(int64_t uid)
{
    static char text[64];
    struct ps_span name;
    if (!ps_parse_passwd_name(passwd, sizeof passwd - 1, uid, &name))
        return NULL;
    snprintf(text, sizeof text, "%.*s", (int)name.len, name.data);
    return text;
}

TEST(users_are_found_by_id)
{
    CHECK_STRING(user(0), "root");
    CHECK_STRING(user(1000), "longer.name@domain");
    CHECK_STRING(user(3), "last");
    CHECK_STRING(user(100), NULL);
    CHECK_STRING(user(7), NULL);
    CHECK_STRING(user(12), NULL);
}

static const char drivers[] = "/dev/tty             /dev/tty        5       0 system:/dev/tty\n"
                              "serial               /dev/ttyS       4 64-95 serial\n"
                              "usbserial            /dev/ttyUSB   188 0-511 serial\n"
                              "broken               /dev/x\n"
                              "hvc                  /dev/hvc      229 8-15 system\n";

static const char *terminal(int64_t major, int64_t minor)
{
    static char text[80];
    struct ps_tty_name name;
    if (!ps_parse_tty_drivers(drivers, sizeof drivers - 1, major, minor, &name))
        return NULL;
    snprintf(text, sizeof text, "%.*s", (int)name.len, name.text);
    return text;
}

TEST(terminals_are_found_by_number)
{
    CHECK_STRING(terminal(188, 0), "/dev/ttyUSB0");
    CHECK_STRING(terminal(188, 511), "/dev/ttyUSB511");
    CHECK_STRING(terminal(188, 512), NULL);
    CHECK_STRING(terminal(229, 10), "/dev/hvc2");
    CHECK_STRING(terminal(229, 7), NULL);
    CHECK_STRING(terminal(5, 0), "/dev/tty");
    CHECK_STRING(terminal(5, 1), NULL);
}

TEST(overlong_names_are_refused)
{
    char prefix[80];
    struct ps_tty_name name;
    memset(prefix, 'x', sizeof prefix);
    CHECK(!ps_tty_name_make(&name, (struct ps_span){prefix, 80}, PSUTIL_UNKNOWN));
    CHECK(!ps_tty_name_make(&name, (struct ps_span){prefix, 64}, 0));
    CHECK(ps_tty_name_make(&name, (struct ps_span){prefix, 64}, PSUTIL_UNKNOWN));
}

int main(void)
{
    return run_tests();
}
