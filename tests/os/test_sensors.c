#include "../root.h"

#include <fcntl.h>

static psutil_shwtemp_list *temperatures(const struct root *root)
{
    psutil *ctx = root_open(root);
    psutil_shwtemp_list *list = NULL;
    CHECK_INT(psutil_sensors_temperatures(&list, ctx), 0);
    psutil_close(ctx);
    return list;
}

static psutil_sfan_list *fans(const struct root *root)
{
    psutil *ctx = root_open(root);
    psutil_sfan_list *list = NULL;
    CHECK_INT(psutil_sensors_fans(&list, ctx), 0);
    psutil_close(ctx);
    return list;
}

static void check_temperature(const psutil_shwtemp *t, const char *chip, const char *label,
                              double current, double high, double critical)
{
    CHECK_STRING(t->chip, chip);
    CHECK_STRING(t->label, label);
    CHECK_DOUBLE(t->current, current);
    CHECK_DOUBLE(t->high, high);
    CHECK_DOUBLE(t->critical, critical);
}

TEST(no_sysfs_gives_empty_lists) /* corner case 28 */
{
    struct root root = root_make();
    psutil_shwtemp_list *t = temperatures(&root);
    psutil_sfan_list *f = fans(&root);
    CHECK(t && t->len == 0);
    CHECK(f && f->len == 0);
    psutil *ctx = root_open(&root);
    psutil_sbattery battery;
    CHECK_INT(psutil_sensors_battery(&battery, ctx), PSUTIL_ENOTSUP);
    psutil_close(ctx);
    psutil_free(t);
    psutil_free(f);
    root_remove(&root);
}

#define HWMON "sys/class/hwmon/"

TEST(chips_in_natural_order_and_grouped) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, HWMON "hwmon10/name", "a\n");
    root_file(&root, HWMON "hwmon10/temp1_input", "10000\n");
    root_file(&root, HWMON "hwmon9/name", "b\n");
    root_file(&root, HWMON "hwmon9/temp10_input", "2500\n");
    root_file(&root, HWMON "hwmon9/temp2_input", "-1500\n");
    root_file(&root, HWMON "hwmon11/name", "b\n");
    root_file(&root, HWMON "hwmon11/temp1_input", "3000\n");
    root_file(&root, HWMON "hwmon12/name", "a\n");
    root_file(&root, HWMON "hwmon12/temp1_input", "4000\n");
    psutil_shwtemp_list *t = temperatures(&root);
    REQUIRE(t && t->len == 5);
    check_temperature(&t->items[0], "b", "", -1.5, NAN, NAN);
    check_temperature(&t->items[1], "b", "", 2.5, NAN, NAN);
    check_temperature(&t->items[2], "b", "", 3, NAN, NAN);
    check_temperature(&t->items[3], "a", "", 10, NAN, NAN);
    check_temperature(&t->items[4], "a", "", 4, NAN, NAN);
    psutil_free(t);
    root_remove(&root);
}

TEST(odd_sensors) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, HWMON "hwmon0/name", "nvme\n");
    root_file(&root, HWMON "hwmon0/temp1_input", "\n40850\n\n");
    root_file(&root, HWMON "hwmon0/temp1_label", "Composite\n");
    root_file(&root, HWMON "hwmon0/temp1_max", "65261850\n");
    root_file(&root, HWMON "hwmon0/temp1_crit", "84850\n");
    root_file(&root, HWMON "hwmon0/temp2_input", "41000\n");
    root_file(&root, HWMON "hwmon0/temp2_max", "-273150\n");
    root_file(&root, HWMON "hwmon0/temp2_crit", "");
    root_file(&root, HWMON "hwmon0/temp3_input", "");        /* empty */
    root_file(&root, HWMON "hwmon0/temp4_input", "warm\n");  /* no number */
    root_file(&root, HWMON "hwmon0/temp5_input/x", "1\n");   /* reading it fails: EISDIR */
    root_file(&root, HWMON "hwmon0/temp_input", "1000\n");   /* without a number */
    root_file(&root, HWMON "hwmon0/tempx_input", "1000\n");  /* the same */
    root_file(&root, HWMON "hwmon0/temp6_crit", "100000\n"); /* no reading */
    root_file(&root, HWMON "hwmon1/temp1_input", "1000\n");  /* a chip without a name */
    psutil_shwtemp_list *t = temperatures(&root);
    REQUIRE(t && t->len == 3);
    check_temperature(&t->items[0], "nvme", "Composite", 40.85, NAN, 84.85);
    check_temperature(&t->items[1], "nvme", "", 41, NAN, NAN);
    check_temperature(&t->items[2], "", "", 1, NAN, NAN);
    psutil_free(t);
    root_remove(&root);
}

TEST(values_of_old_drivers_are_in_the_device) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, HWMON "hwmon0/device/name", "old\n");
    root_file(&root, HWMON "hwmon0/device/temp1_input", "30000\n");
    root_file(&root, HWMON "hwmon0/device/fan1_input", "900\n");
    root_file(&root, HWMON "hwmon1/name", "new\n");
    root_file(&root, HWMON "hwmon1/temp1_input", "31000\n");
    root_file(&root, HWMON "hwmon1/device/temp1_input", "31000\n"); /* the same once more */
    psutil_shwtemp_list *t = temperatures(&root);
    psutil_sfan_list *f = fans(&root);
    REQUIRE(t && t->len == 2);
    check_temperature(&t->items[0], "old", "", 30, NAN, NAN);
    check_temperature(&t->items[1], "new", "", 31, NAN, NAN);
    REQUIRE(f && f->len == 1);
    CHECK_STRING(f->items[0].chip, "old");
    CHECK_STRING(f->items[0].label, "");
    CHECK_INT(f->items[0].current, 900);
    psutil_free(t);
    psutil_free(f);
    root_remove(&root);
}

#define ZONE "sys/class/thermal/thermal_zone0/"

TEST(thermal_zones_are_the_fallback) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, ZONE "type", "cpu-thermal\n");
    root_file(&root, ZONE "temp", "45500\n");
    root_file(&root, ZONE "trip_point_0_type", "critical\n");
    root_file(&root, ZONE "trip_point_0_temp", "110000\n");
    root_file(&root, ZONE "trip_point_1_type", "hot\n");
    root_file(&root, ZONE "trip_point_1_temp", "90000\n");
    root_file(&root, ZONE "trip_point_2_type", "critical\n");
    root_file(&root, ZONE "trip_point_2_temp", "105000\n");
    root_file(&root, ZONE "trip_point_3_type", "passive\n");
    root_file(&root, ZONE "trip_point_3_temp", "70000\n");
    root_file(&root, ZONE "trip_point_4_type", "hot\n");
    root_file(&root, ZONE "trip_point_4_temp", "-274000\n");
    psutil_shwtemp_list *t = temperatures(&root);
    REQUIRE(t && t->len == 1);
    check_temperature(&t->items[0], "cpu-thermal", "", 45.5, 90, 105);
    psutil_free(t);
    root_file(&root, HWMON "hwmon0/temp1_input", "1000\n");
    t = temperatures(&root);
    REQUIRE(t && t->len == 1);
    CHECK_DOUBLE(t->items[0].current, 1);
    psutil_free(t);
    root_remove(&root);
}

/* ---- Battery ----------------------------------------------------------------------------------
 */

#define POWER "sys/class/power_supply/"

static psutil_sbattery battery(const struct root *root)
{
    psutil *ctx = root_open(root);
    psutil_sbattery out = {NAN, -77, -77};
    CHECK_INT(psutil_sensors_battery(&out, ctx), 0);
    psutil_close(ctx);
    return out;
}

static void check_battery(const struct root *root, double percent, int64_t seconds, int64_t plugged)
{
    psutil_sbattery b = battery(root);
    CHECK_DOUBLE(b.percent, percent);
    CHECK_INT(b.secsleft, seconds);
    CHECK_INT(b.power_plugged, plugged);
}

TEST(battery_with_energy) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, POWER "BAT0/energy_now", "20000000\n");
    root_file(&root, POWER "BAT0/energy_full", "40000000\n");
    root_file(&root, POWER "BAT0/power_now", "10000000\n");
    root_file(&root, POWER "BAT0/status", "Discharging\n");
    root_file(&root, POWER "BAT0/capacity", "51\n");
    check_battery(&root, 50, 7200, 0);
    root_file(&root, POWER "AC/online", "1\n");
    check_battery(&root, 50, PSUTIL_POWER_TIME_UNLIMITED, 1);
    root_file(&root, POWER "AC/online", "0\n");
    check_battery(&root, 50, 7200, 0);
    root_file(&root, POWER "BAT0/power_now", "0\n");
    check_battery(&root, 50, PSUTIL_UNKNOWN, 0);
    root_file(&root, POWER "BAT0/power_now", "-10000000\n");
    check_battery(&root, 50, 7200, 0);
    root_file(&root, POWER "BAT0/power_now", "junk\n");
    check_battery(&root, 50, PSUTIL_UNKNOWN, 0);
    root_file(&root, POWER "BAT0/time_to_empty_now", "120\n");
    check_battery(&root, 50, 120, 0);
    root_file(&root, POWER "BAT0/energy_full", "0\n");
    check_battery(&root, 51, 120, 0);
    root_file(&root, POWER "BAT0/energy_full", "10000000\n");
    check_battery(&root, 100, 120, 0);
    root_remove(&root);
}

TEST(battery_with_charge) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, POWER "BAT1/charge_now", "3000000\n");
    root_file(&root, POWER "BAT1/charge_full", "4000000\n");
    root_file(&root, POWER "BAT1/current_now", "1500000\n");
    root_file(&root, POWER "BAT1/status", "Discharging\n");
    check_battery(&root, 75, 7200, 0);
    root_file(&root, POWER "BAT1/status", "Full\n");
    check_battery(&root, 75, PSUTIL_POWER_TIME_UNLIMITED, 1);
    root_file(&root, POWER "BAT1/status", "Unknown\n");
    check_battery(&root, 75, 7200, PSUTIL_UNKNOWN);
    root_remove(&root);
}

TEST(battery_with_mixed_units)
{
    struct root root = root_make();
    root_file(&root, POWER "BAT0/energy_now", "20000000\n");
    root_file(&root, POWER "BAT0/energy_full", "40000000\n");
    root_file(&root, POWER "BAT0/current_now", "1000000\n");
    root_file(&root, POWER "BAT0/voltage_now", "10000000\n");
    root_file(&root, POWER "BAT0/status", "Discharging\n");
    check_battery(&root, 50, 7200, 0);
    root_remove(&root);
}

TEST(which_battery) /* corner case 28 */
{
    struct root root = root_make();
    root_file(&root, POWER "mouse/type", "Battery\n");
    root_file(&root, POWER "mouse/scope", "Device\n");
    root_file(&root, POWER "mouse/capacity", "99\n");
    psutil *ctx = root_open(&root);
    psutil_sbattery none;
    CHECK_INT(psutil_sensors_battery(&none, ctx), PSUTIL_ENOTSUP);
    psutil_close(ctx);
    root_file(&root, POWER "macsmc-battery/type", "Battery\n");
    root_file(&root, POWER "macsmc-battery/capacity", "10\n");
    check_battery(&root, 10, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN);
    root_file(&root, POWER "BAT1/capacity", "20\n");
    check_battery(&root, 20, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN);
    root_file(&root, POWER "BAT0/capacity", "30\n");
    check_battery(&root, 30, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN);
    root_file(&root, POWER "BAT0/present", "0\n");
    check_battery(&root, 20, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN);
    root_file(&root, POWER "BAT1/capacity", "");
    check_battery(&root, NAN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN);
    root_remove(&root);
}

/* ---- The recorded machine ---------------------------------------------------------------------
 */

#define RECORDED                                                                                   \
    "recorded-machine.tar.gz", "sys/class/hwmon sys/class/power_supply sys/devices/platform"

TEST(recorded_temperatures)
{
    static const double core[] = {55, 54, 52, 53, 50};
    struct root root;
    if (!root_recorded(&root, RECORDED))
        SKIP("no recorded machine at hand");
    psutil_shwtemp_list *t = temperatures(&root);
    REQUIRE(t && t->len == 15);
    for (size_t i = 0; i < 10; i++) {
        CHECK_STRING(t->items[i].chip, "coretemp");
        CHECK_DOUBLE(t->items[i].current, core[i % 5]);
        CHECK_DOUBLE(t->items[i].high, 84);
        CHECK_DOUBLE(t->items[i].critical, 100);
    }
    check_temperature(&t->items[10], "", "foosensor", 55, 100, 100);
    check_temperature(&t->items[12], "mt7996_phy0_0", "", 55, NAN, NAN);
    check_temperature(&t->items[13], "mt7996_phy0_1", "", 56, NAN, NAN);
    check_temperature(&t->items[14], "mt7996_phy0_2", "", 57, NAN, NAN);
    psutil_free(t);
    root_remove(&root);
}

TEST(recorded_fans_and_battery)
{
    struct root root;
    if (!root_recorded(&root, RECORDED))
        SKIP("no recorded machine at hand");
    psutil_sfan_list *f = fans(&root);
    REQUIRE(f && f->len == 3);
    CHECK_STRING(f->items[0].chip, "applesmc");
    CHECK_INT(f->items[0].current, 0);
    CHECK_INT(f->items[1].current, 1998);
    CHECK_STRING(f->items[2].chip, "nct6779");
    CHECK_INT(f->items[2].current, 1098);
    psutil_free(f);
    check_battery(&root, 36580000.0 / 45070000 * 100, 26327, 0);
    root_remove(&root);
}

int main(void)
{
    return run_tests();
}
