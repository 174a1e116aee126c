# Sourced by mvnw: where -Dnative is asked for, it says in one line what is missing, before minutes of build have passed. A binary
# that is made in a container, or of which only the sources are, needs nothing here.

native_home=${GRAALVM_HOME-} native_wanted=no
for native_argument; do
  case "$native_argument" in
  -Dnative | -Dnative=true) [ "$native_wanted" = elsewhere ] || native_wanted=here ;;
  -Dquarkus.native.*container-build=false | -Dquarkus.native.sources-only=false) ;;
  -Dquarkus.native.*container-build* | -Dquarkus.native.sources-only*) native_wanted=elsewhere ;;
  -Dquarkus.native.graalvm-home=*) native_home=${native_argument#*=} ;;
  esac
done

# The one that Quarkus takes: of GRAALVM_HOME, else of JAVA_HOME, else on the PATH.
native_look() {
  native_install="install a GraalVM or Mandrel for Java $jdk_wanted and set GRAALVM_HOME to its folder"
  if [ -z "$native_home" ] && [ -x "$JAVA_HOME/bin/native-image" ]; then native_home=$JAVA_HOME; fi
  native_image=$native_home/bin/native-image
  if [ -z "$native_home" ]; then
    native_image=$(command -v native-image) ||
      die "No native-image found: $native_install, or build in a container: docker build -f Dockerfile.native ."
  fi
  [ -x "$native_image" ] || die "GRAALVM_HOME is $native_home, but $native_image is not there: $native_install."
  native_version=$("$native_image" --version 2>/dev/null | sed -n '1s/^native-image \([0-9]*\).*/\1/p')
  [ "$native_version" = "$jdk_wanted" ] ||
    die "$native_image is for Java ${native_version:-unknown}: $native_install."
  command -v gcc >/dev/null || command -v cc >/dev/null ||
    die "No C compiler found, which native-image links with: install one (Debian: apt install gcc zlib1g-dev, macOS: xcode-select --install)."
}

if [ "$native_wanted" = here ]; then native_look; fi
