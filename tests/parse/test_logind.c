#include "parse/logind.h"

#include "../test.h"

#include <psutil/base.h>

static const char session[] = "# This is private data. Do not parse.\n"
                              "UID=1000\nUSER=alice\nACTIVE=1\nSTATE=active\nREMOTE=1\n"
                              "CLASS=user\nREMOTE_HOST=10.0.0.1\nTTY=pts/0\nLEADER=1234\n"
                              "REALTIME=1700000000500000\n";

TEST(reads_a_session)
{
    struct ps_logind_session s;
    REQUIRE(ps_parse_logind_session(session, strlen(session), &s));
    CHECK(ps_span_equal(s.user, "alice"));
    CHECK(ps_span_equal(s.tty, "pts/0"));
    CHECK(ps_span_equal(s.remote_host, "10.0.0.1"));
    CHECK_INT(s.leader, 1234);
    CHECK_INT(s.since, 1700000000500000);
    CHECK(s.is_of_user && !s.is_closing);
}

TEST(tells_sessions_of_no_user)
{
    static const char text[] = "USER=\"gdm\"\nCLASS=greeter\nSTATE=closing\n";
    struct ps_logind_session s;
    REQUIRE(ps_parse_logind_session(text, strlen(text), &s));
    CHECK(ps_span_equal(s.user, "gdm"));
    CHECK(!s.is_of_user);
    CHECK(s.is_closing);
    CHECK_INT(s.leader, PSUTIL_UNKNOWN);
    CHECK_INT(s.since, PSUTIL_UNKNOWN);
}

TEST(survives_a_cut_at_every_byte)
{
    for (size_t len = 0; len <= strlen(session); len++) {
        char *copy = malloc(len ? len : 1);
        struct ps_logind_session s;
        memcpy(copy, session, len);
        bool named = ps_parse_logind_session(copy, len, &s);
        CHECK(named == (s.user.len > 0));
        free(copy);
    }
}

int main(void)
{
    return run_tests();
}
