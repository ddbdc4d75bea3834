"""A daemon that does nothing: daemon.py start|status|stop PID_FILE"""
import sys
import time

import daemonocle

daemonocle.Daemon(name="sleeper", worker=lambda: time.sleep(600), pid_file=sys.argv[2]).do_action(sys.argv[1])
