/* Sleeps until it is ended: as long as it runs, so do wine's services. */
#include <windows.h>

int main(void)
{
    Sleep(INFINITE);
    return 0;
}
