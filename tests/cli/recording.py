"""What the tests of psutil record share."""
import os
import shutil
import tempfile

from command import CommandTest, psutil

SECRET = b"Zq7Vexillum"


def options(folder):
    return ["--procfs", folder + "/proc", "--sysfs", folder + "/sys"]


def everything(folder):
    """All bytes that a recording holds: names of files, contents and where links lead."""
    for path, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            full = os.path.join(path, name)
            yield full, name
            if os.path.islink(full):
                yield full, os.readlink(full)
            elif os.path.isfile(full):
                with open(full, "rb") as file:
                    yield full, file.read()


class RecordTest(CommandTest):
    def new_folder(self):
        folder = tempfile.mkdtemp(prefix="psutil-test-")
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def record(self, *args, machine=()):
        """Records into a new folder: (the folder, the summary)."""
        folder = self.new_folder() + "/machine"
        return folder, self.answer(*machine, "record", "--json", folder, *args)

    def assertHolds(self, folder, text, wanted=False):
        places = [place for place, data in everything(folder) if text in data]
        self.assertEqual(bool(places), wanted, (text, places[:5]))
