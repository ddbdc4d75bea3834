#include "human.h"

#include <math.h>
#include <psutil.h>
#include <stdio.h>

static const struct human unknown = {"-"};

/* Beyond this a double is no exact integer any more; nothing real comes near. */
static const double largest = 9e15;

/* `value` with as many decimals, 0 to 2. printf would write the locale's decimal point. */
static struct human fixed(double value, int decimals, const char *suffix)
{
    static const long long powers[] = {1, 10, 100};
    struct human out;
    double bounded = fmin(fmax(value, -largest), largest);
    long long scaled = llround(bounded * (double)powers[decimals]);
    long long magnitude = scaled < 0 ? -scaled : scaled;
    long long whole = magnitude / powers[decimals];
    const char *sign = scaled < 0 ? "-" : "";
    if (decimals == 0) {
        snprintf(out.text, sizeof out.text, "%s%lld%s", sign, whole, suffix);
    } else {
        snprintf(out.text, sizeof out.text, "%s%lld.%0*lld%s", sign, whole, decimals,
                 magnitude % powers[decimals], suffix);
    }
    return out;
}

/* Divides by 1024 until three digits are enough. `units` are the suffixes for each power. */
static struct human scaled(double value, const char *const units[7])
{
    int power = 0;
    if (!(fabs(value) < 1023.5)) {
        for (; power < 6 && fabs(value) >= 999.5; power++)
            value /= 1024;
    }
    return fixed(value, power > 0 && fabs(value) < 99.95, units[power]);
}

struct human human_bytes(int64_t bytes)
{
    static const char *const units[] = {" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
    return bytes == PSUTIL_UNKNOWN ? unknown : scaled((double)bytes, units);
}

struct human human_bytes_short(int64_t bytes)
{
    static const char *const units[] = {"B", "K", "M", "G", "T", "P", "E"};
    return bytes == PSUTIL_UNKNOWN ? unknown : scaled((double)bytes, units);
}

struct human human_rate(double bytes_per_second)
{
    static const char *const units[] = {" B/s",   " KiB/s", " MiB/s", " GiB/s",
                                        " TiB/s", " PiB/s", " EiB/s"};
    return isnan(bytes_per_second) ? unknown : scaled(bytes_per_second, units);
}

static struct human percent_with(double percent, const char *suffix)
{
    return isnan(percent) ? unknown : fixed(percent, percent < 99.95, suffix);
}

struct human human_percent(double percent)
{
    return percent_with(percent, "%");
}

struct human human_percent_number(double percent)
{
    return percent_with(percent, "");
}

struct human human_duration(double seconds)
{
    struct human out;
    if (isnan(seconds) || seconds < 0)
        return unknown;
    long long s = (long long)fmin(seconds, largest);
    if (s < 60) {
        snprintf(out.text, sizeof out.text, "%llds", s);
    } else if (s < 3600) {
        snprintf(out.text, sizeof out.text, "%lldm %02llds", s / 60, s % 60);
    } else if (s < 86400) {
        snprintf(out.text, sizeof out.text, "%lldh %02lldm", s / 3600, s / 60 % 60);
    } else {
        snprintf(out.text, sizeof out.text, "%lldd %lldh", s / 86400, s / 3600 % 24);
    }
    return out;
}

struct human human_cpu_time(double seconds)
{
    struct human out;
    if (isnan(seconds) || seconds < 0)
        return unknown;
    long long hundredths = llround(fmin(seconds, largest) * 100);
    long long s = hundredths / 100;
    if (s < 3600) {
        snprintf(out.text, sizeof out.text, "%lld:%02lld.%02lld", s / 60, s % 60, hundredths % 100);
    } else if (s < 100 * 3600LL) {
        snprintf(out.text, sizeof out.text, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    } else {
        snprintf(out.text, sizeof out.text, "%lldd %02lldh", s / 86400, s / 3600 % 24);
    }
    return out;
}

struct human human_mhz(double mhz)
{
    if (isnan(mhz))
        return unknown;
    return mhz < 999.5 ? fixed(mhz, 0, " MHz") : fixed(mhz / 1000, 2, " GHz");
}

struct human human_mbits(int64_t mbits)
{
    if (mbits == PSUTIL_UNKNOWN)
        return unknown;
    if (mbits < 1000)
        return fixed((double)mbits, 0, " Mb/s");
    return fixed((double)mbits / 1000, mbits % 1000 != 0, " Gb/s");
}

struct human human_degrees(double celsius)
{
    return isnan(celsius) ? unknown : fixed(celsius, 0, "");
}

struct human human_load(double load)
{
    return isnan(load) ? unknown : fixed(load, 2, "");
}
