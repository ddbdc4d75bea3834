/* The JSON writer and the text that it stands on. */
#include "../test.h"
#include "text/json.h"

#include <float.h>

static char text[1 << 16];

/* What was written, as a string; the writer is empty afterwards. */
static const char *finish(struct json *json)
{
    size_t len = json->out.len < sizeof text ? json->out.len : sizeof text - 1;
    if (len > 0)
        memcpy(text, json->out.data, len);
    text[len] = '\0';
    CHECK(!json->out.failed);
    CHECK_INT(json->depth, 0);
    json_free(json);
    *json = (struct json){0};
    return text;
}

static const char *of_double(double value)
{
    struct json json = {0};
    json_double(&json, value);
    return finish(&json);
}

static const char *of_bytes(const char *data, size_t len)
{
    struct json json = {0};
    json_bytes(&json, data, len);
    return finish(&json);
}

static const char *of_string(const char *string)
{
    return of_bytes(string, strlen(string));
}

TEST(doubles_are_short)
{
    CHECK_STRING(of_double(0), "0.0");
    CHECK_STRING(of_double(-0.0), "-0.0");
    CHECK_STRING(of_double(1), "1.0");
    CHECK_STRING(of_double(0.1), "0.1");
    CHECK_STRING(of_double(0.1 + 0.2), "0.30000000000000004");
    CHECK_STRING(of_double(1795236768.25), "1795236768.25");
    CHECK_STRING(of_double(1.0 / 3), "0.3333333333333333");
    CHECK_STRING(of_double(1e300), "1e+300");
    CHECK_STRING(of_double(DBL_TRUE_MIN), "5e-324");
    CHECK_STRING(of_double(DBL_MAX), "1.7976931348623157e+308");
    CHECK_STRING(of_double(9007199254740993.0), "9007199254740992.0");
}

TEST(doubles_read_back_equal)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double value;
        memcpy(&value, &state, sizeof value);
        const char *written = of_double(value);
        if (!isfinite(value))
            CHECK_STRING(written, "null");
        else if (strtod(written, NULL) != value)
            CHECK_STRING(written, "the text that reads back equal");
    }
}

TEST(what_is_unknown_is_null)
{
    CHECK_STRING(of_double(NAN), "null");
    CHECK_STRING(of_double(INFINITY), "null");
    CHECK_STRING(of_double(-INFINITY), "null");
    struct json json = {0};
    json_int(&json, PSUTIL_UNKNOWN);
    CHECK_STRING(finish(&json), "null");
    json_string(&json, NULL);
    CHECK_STRING(finish(&json), "null");
}

TEST(integers)
{
    struct json json = {0};
    json_open_flat_array(&json);
    json_int(&json, 0);
    json_int(&json, -1);
    json_int(&json, INT64_MAX);
    json_int(&json, INT64_MIN + 1);
    json_close_flat_array(&json);
    CHECK_STRING(finish(&json), "[0,-1,9223372036854775807,-9223372036854775807]");
}

TEST(controls_are_escaped)
{
    CHECK_STRING(of_string("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
    CHECK_STRING(of_string("\n\r\t"), "\"\\n\\r\\t\"");
    CHECK_STRING(of_bytes("\0\x01\x1b\x1f\x7f", 5), "\"\\u0000\\u0001\\u001b\\u001f\\u007f\"");
    CHECK_STRING(of_string("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"),
                 "\"\\u0080\\u009b\\u009f\xc2\xa0\"");
}

TEST(marks_of_direction_are_escaped)
{
    CHECK_STRING(of_string("\xe2\x80\xae"), "\"\\u202e\"");
    CHECK_STRING(of_string("\xe2\x81\xa6\xe2\x81\xa9"), "\"\\u2066\\u2069\"");
    CHECK_STRING(of_string("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\"");
    CHECK_STRING(of_string("\xd8\x9c\xef\xbb\xbf"), "\"\\u061c\\ufeff\"");
    CHECK_STRING(of_string("\xe2\x80\xa7\xe2\x80\xaf"), "\"\xe2\x80\xa7\xe2\x80\xaf\"");
}

TEST(valid_utf8_passes)
{
    const char *valid = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\xed\x9f\xbf";
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\"", valid);
    CHECK_STRING(of_string(valid), wanted);
}

TEST(broken_utf8_becomes_surrogates)
{
    CHECK_STRING(of_string("\x80\xff"), "\"\\udc80\\udcff\"");
    CHECK_STRING(of_string("\xc3"), "\"\\udcc3\""); /* cut */
    CHECK_STRING(of_string("\xe2\x82"
                           "A"),
                 "\"\\udce2\\udc82A\"");                       /* cut by a letter */
    CHECK_STRING(of_string("\xc0\x80"), "\"\\udcc0\\udc80\""); /* longer than needed */
    CHECK_STRING(of_string("\xc1\xbf"), "\"\\udcc1\\udcbf\"");
    CHECK_STRING(of_string("\xe0\x9f\xbf"), "\"\\udce0\\udc9f\\udcbf\"");
    CHECK_STRING(of_string("\xf0\x8f\xbf\xbf"), "\"\\udcf0\\udc8f\\udcbf\\udcbf\"");
    CHECK_STRING(of_string("\xed\xa0\x80"), "\"\\udced\\udca0\\udc80\""); /* a surrogate */
    CHECK_STRING(of_string("\xf4\x90\x80\x80"), "\"\\udcf4\\udc90\\udc80\\udc80\"");
    CHECK_STRING(of_string("\xf8\x88\x80\x80\x80"), "\"\\udcf8\\udc88\\udc80\\udc80\\udc80\"");
}

/* Nothing behind the end is looked at, wherever a text is cut. */
TEST(texts_are_cut_anywhere)
{
    static const char whole[] = "\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa4";
    for (size_t len = 0; len <= sizeof whole - 1; len++) {
        char *exact = malloc(len ? len : 1);
        REQUIRE(exact);
        memcpy(exact, whole, len);
        const char *written = of_bytes(exact, len);
        CHECK(written[0] == '"' && written[strlen(written) - 1] == '"');
        free(exact);
    }
}

TEST(nesting_and_commas)
{
    struct json json = {0};
    json_open_object(&json);
    json_key(&json, "a");
    json_open_array(&json);
    json_close_array(&json);
    json_key(&json, "b\n");
    json_open_array(&json);
    json_bool(&json, true);
    json_open_object(&json);
    json_close_object(&json);
    json_null(&json);
    json_close_array(&json);
    json_key(&json, "c");
    json_bool(&json, false);
    json_close_object(&json);
    CHECK_STRING(finish(&json), "{\"a\":[],\"b\\n\":[true,{},null],\"c\":false}");
}

TEST(pretty)
{
    struct json json = {.pretty = true};
    json_open_object(&json);
    json_key(&json, "a");
    json_open_flat_array(&json);
    json_int(&json, 1);
    json_int(&json, 2);
    json_close_flat_array(&json);
    json_key(&json, "b");
    json_open_array(&json);
    json_int(&json, 3);
    json_close_array(&json);
    json_key(&json, "c");
    json_open_object(&json);
    json_close_object(&json);
    json_close_object(&json);
    CHECK_STRING(finish(&json), "{\n  \"a\": [1, 2],\n  \"b\": [\n    3\n  ],\n  \"c\": {}\n}");
}

TEST(too_deep_is_a_failure)
{
    struct json json = {0};
    for (int i = 0; i < JSON_DEPTH; i++)
        json_open_array(&json);
    CHECK(!json.out.failed);
    json_open_array(&json);
    CHECK(json.out.failed);
    json_free(&json);
}

/* ---- Records ----------------------------------------------------------------------------------
 */

TEST(variables)
{
    const char *items[] = {"A=1", "none", "=x", "B=", "A=2", "C=a=b"};
    struct json json = {0};
    json_variables(&json, &(psutil_string_list){6, items});
    CHECK_STRING(finish(&json), "{\"A\":\"2\",\"B\":\"\",\"C\":\"a=b\"}");
    json_variables(&json, &(psutil_string_list){0, NULL});
    CHECK_STRING(finish(&json), "{}");
}

TEST(limits_by_name)
{
    psutil_prlimit items[] = {{PSUTIL_RLIMIT_NOFILE, 1024, PSUTIL_RLIM_INFINITY},
                              {PSUTIL_RLIMIT_CORE, 0, 5}};
    struct json json = {0};
    json_list_by_key(&json, psutil_record_find("prlimit"), &(psutil_prlimit_list){2, items});
    CHECK_STRING(finish(&json), "{\"RLIMIT_NOFILE\":{\"soft\":1024,\"hard\":-1},"
                                "\"RLIMIT_CORE\":{\"soft\":0,\"hard\":5}}");
}

TEST(of_one_key_the_last_counts)
{
    psutil_sfan items[] = {{"b", "x", 1}, {"a", "y", 2}, {"b", "z", 3}};
    psutil_sfan_list list = {3, items};
    const psutil_record *fan = psutil_record_find("sfan");
    struct json json = {0};
    json_list_by_key(&json, fan, &list);
    CHECK_STRING(finish(&json),
                 "{\"b\":{\"label\":\"z\",\"current\":3},\"a\":{\"label\":\"y\",\"current\":2}}");
    json_list_grouped(&json, fan, &list);
    CHECK_STRING(finish(&json), "{\"b\":[{\"label\":\"x\",\"current\":1},{\"label\":\"z\","
                                "\"current\":3}],\"a\":[{\"label\":\"y\",\"current\":2}]}");
}

TEST(addresses)
{
    psutil_sconn items[] = {
        {3,
         PSUTIL_AF_INET,
         PSUTIL_SOCK_STREAM,
         {"127.0.0.1", 80, NULL},
         {NULL, PSUTIL_UNKNOWN, NULL},
         PSUTIL_CONN_LISTEN,
         7},
        {PSUTIL_UNKNOWN,
         PSUTIL_AF_UNIX,
         PSUTIL_SOCK_DGRAM,
         {NULL, PSUTIL_UNKNOWN, "/run/x\n"},
         {NULL, PSUTIL_UNKNOWN, ""},
         PSUTIL_CONN_NONE,
         PSUTIL_UNKNOWN},
    };
    struct json json = {0};
    json_list(&json, psutil_record_find("sconn"), &(psutil_sconn_list){2, items});
    CHECK_STRING(finish(&json),
                 "[{\"fd\":3,\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\","
                 "\"laddr\":{\"ip\":\"127.0.0.1\",\"port\":80},\"raddr\":null,"
                 "\"status\":\"LISTEN\",\"pid\":7},"
                 "{\"fd\":null,\"family\":\"AF_UNIX\",\"type\":\"SOCK_DGRAM\","
                 "\"laddr\":\"/run/x\\n\",\"raddr\":\"\",\"status\":\"NONE\",\"pid\":null}]");
}

/* An enumeration's value without a name is shown as its number. */
TEST(values_without_a_name)
{
    psutil_snicstats items[] = {{"eth0", 1, 99, PSUTIL_UNKNOWN, 1500, NULL}};
    struct json json = {0};
    json_list_by_key(&json, psutil_record_find("snicstats"), &(psutil_snicstats_list){1, items});
    CHECK_STRING(finish(&json), "{\"eth0\":{\"isup\":true,\"duplex\":99,\"speed\":null,"
                                "\"mtu\":1500,\"flags\":null}}");
}

/* memory_full_info has no struct of its own: its fields lie in two members of the record. */
TEST(composite_records)
{
    psutil_process_info info = {0};
    info.memory_info.rss = 11;
    info.memory_footprint.uss = 22;
    info.memory_info_ex.peak_rss = 33;
    const psutil_record *process = psutil_record_find("process");
    struct json json = {0};
    json_field(&json, &process->fields[PSUTIL_FIELD_MEMORY_FULL_INFO], &info);
    const char *written = finish(&json);
    CHECK(strstr(written, "\"rss\":11") != NULL);
    CHECK(strstr(written, "\"uss\":22") != NULL);
    json_field(&json, &process->fields[PSUTIL_FIELD_MEMORY_INFO_EX], &info);
    written = finish(&json);
    CHECK(strstr(written, "\"rss\":11") != NULL);
    CHECK(strstr(written, "\"peak_rss\":33") != NULL);
}

/* Fields of other platforms do not appear. */
TEST(only_fields_of_this_platform)
{
    psutil_svmem memory = {0};
    const psutil_record *record = psutil_record_find("svmem");
    struct json json = {0};
    json_record(&json, record, &memory);
    const char *written = finish(&json);
    for (size_t i = 0; i < record->len; i++) {
        char key[64];
        snprintf(key, sizeof key, "\"%s\":", record->fields[i].name);
        bool here = record->fields[i].platforms & psutil_platform();
        CHECK((strstr(written, key) != NULL) == here);
    }
}

/* ---- Text -------------------------------------------------------------------------------------
 */

static const char *of_buffer(struct buffer *buffer)
{
    size_t len = buffer->len < sizeof text ? buffer->len : sizeof text - 1;
    if (len > 0)
        memcpy(text, buffer->data, len);
    text[len] = '\0';
    buffer_free(buffer);
    return text;
}

TEST(safe_text)
{
    static const char hostile[] = "a\x1b[2J\n\x7f\xff\xc2\x9b\xe2\x80\xae\xc3\xa4";
    struct buffer out = {0};
    buffer_add_safe(&out, hostile, sizeof hostile - 1);
    CHECK_STRING(of_buffer(&out), "a\\x1b[2J\\x0a\\x7f\\xff\\u009b\\u202e\xc3\xa4");
}

TEST(nearest_names)
{
    static const char *const names[] = {"cpu_times", "cpu_count", "users", "pids"};
    CHECK_STRING(text_nearest("cpu_time", names, 4, sizeof *names), "cpu_times");
    CHECK_STRING(text_nearest("user", names, 4, sizeof *names), "users");
    CHECK(text_nearest("virtual_memory", names, 4, sizeof *names) == NULL);
    CHECK(text_nearest("a word that is longer than any name could be", names, 4, sizeof *names) ==
          NULL);
}

TEST(wrapping)
{
    struct buffer out = {0};
    buffer_add_wrapped(&out, "one two three four", 2, 4, 12);
    CHECK_STRING(of_buffer(&out), "one two\n    three\n    four\n");
    buffer_add_wrapped(&out, "", 0, 0, 10);
    CHECK_STRING(of_buffer(&out), "\n");
    buffer_add_wrapped(&out, "longer-than-a-line x", 0, 1, 10);
    CHECK_STRING(of_buffer(&out), "longer-than-a-line\n x\n");
}

int main(void)
{
    return run_tests();
}
